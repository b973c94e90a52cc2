"""Looking twice: second entries, who has taken which pile, and what does not match."""
