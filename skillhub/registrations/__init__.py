"""Asking to enter: registrations, quotas and waiting lists."""
