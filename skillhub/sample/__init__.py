"""A made-up district's year, as the files in which it would arrive."""
