"""The way up: seats in a higher competition, reserves and declines."""
