"""The big screen in the hall."""
