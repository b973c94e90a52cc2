"""Badges: what a certificate proves, as a signed credential that its holder keeps and others check without us."""
