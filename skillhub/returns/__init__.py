"""Old papers: which certificates that count no more are still out there, and which came back."""
