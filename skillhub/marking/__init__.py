"""What is marked: the sheets of points, each checked by a second person."""
