"""Contests from year to year: their series, an edition cloned from the last, what is held when."""
