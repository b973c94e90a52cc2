"""The day's balance: whether the sheets taken out of the box are all accounted for."""
