"""Verifying: what a stranger is told about a paper."""
