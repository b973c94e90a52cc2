"""What judges do at their panels: mark under codes, vote again, and sign for a component."""
