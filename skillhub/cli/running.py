"""Not yet."""

COMMANDS = ()
