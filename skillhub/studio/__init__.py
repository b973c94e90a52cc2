"""Drawings kept in order: which there are, and how many papers each has printed."""
