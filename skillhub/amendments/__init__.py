"""What puts a marking scheme right while it is marked: what follows is shown first, a second person applies it."""
