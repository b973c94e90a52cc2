"""Who signs in, with which roles over which part of the tree."""
