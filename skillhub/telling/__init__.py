"""What people are told here: that a result is out, that theirs was corrected, what was decided."""
