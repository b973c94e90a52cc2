"""What makes one ask "are you sure?": marks that are possible, but not likely in their place."""
