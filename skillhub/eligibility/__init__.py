"""Conditions held against the plain facts of one person: met, not met or waiting."""
