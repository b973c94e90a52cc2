"""The work that waits, for each hat that somebody wears."""
