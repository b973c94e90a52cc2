"""What an award would say on paper today, and whether that can be printed."""
