"""How entries are ranked, and the published versions of that."""
