"""What is known of an event, as plain facts to look at."""
