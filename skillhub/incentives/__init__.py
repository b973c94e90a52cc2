"""Policies: what a person who meets their conditions may claim."""
