"""What people see first: the start page and the worker's standing."""
