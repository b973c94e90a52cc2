"""Bringing papers to a printer: a batch, the papers beside awards, or one certificate."""
