"""What is announced: competitions, their events, and rules that lock before marking."""
