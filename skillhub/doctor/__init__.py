"""What looks wrong: small checks over an event, a competition or the whole archive."""
