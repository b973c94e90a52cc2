"""What is printed: numbers, frozen facts, kept bytes, and the page that proves them."""
