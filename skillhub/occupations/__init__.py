"""The trades, and the scale on which each one counts its levels."""
