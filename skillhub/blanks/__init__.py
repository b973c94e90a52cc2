"""Blank marking sheets on paper, one for each entry."""
