"""What is judged: marking schemes, the marks of every judge on every aspect, and the score they add up to."""
