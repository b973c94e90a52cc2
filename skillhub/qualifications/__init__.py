"""Certificates that others issued, registered and checked here."""
