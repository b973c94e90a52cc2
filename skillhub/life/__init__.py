"""Each event led through its whole life: what comes next, and what that still needs."""
