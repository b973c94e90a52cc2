"""The teams of an event: how large they are, who stands by, what their members' points make."""
