"""What a second person agreed to: the announcement, the days and the rules of a competition, as they stood."""
