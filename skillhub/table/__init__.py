"""A table to type into: the marks of a component cell by cell."""
