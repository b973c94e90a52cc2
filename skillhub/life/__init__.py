"""Each event led through its whole life: what comes next, what it needs, cloned editions, the calendar."""
