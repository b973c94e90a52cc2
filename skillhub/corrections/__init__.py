"""Mending what is final: the consequences of one change, looked at first and applied whole."""
