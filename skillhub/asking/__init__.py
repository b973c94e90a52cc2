"""Asking about a result: what a worker or their unit holds to be wrong, filed in time."""
