"""Letting in: places as far as there is room, the waiting list, and what the host decides."""
