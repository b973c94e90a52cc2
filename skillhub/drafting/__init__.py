"""What is written down before it is marked: marking schemes, and their amendments once marking began."""
