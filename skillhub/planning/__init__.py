"""The way of a competition from rules to paper, and the rules of its events tried before they lock."""
