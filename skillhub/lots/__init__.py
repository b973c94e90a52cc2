"""Lots drawn where nothing else separates entries that may not share a place."""
