"""Who enters: a person or a team in one event."""
