"""A unit's list of those it will register: filled over days, handed in when it is ready."""
