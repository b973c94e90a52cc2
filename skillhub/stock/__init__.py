"""Stock: the paper that is put in, blank or pre-printed with its serial numbers, and the printers that print on it."""
