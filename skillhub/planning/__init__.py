"""The organiser's desk: a competition seen as a path, and the rules of its events tried before they lock."""
