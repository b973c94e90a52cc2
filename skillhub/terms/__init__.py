"""Terms: for how long the papers of a competition are valid."""
