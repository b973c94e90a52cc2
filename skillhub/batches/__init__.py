"""Batches of paper: what is chosen, looked at, printed one by one and put into files, however often the power goes."""
