"""What is read a second time from a marking sheet of aspects, box by box, without seeing the first."""
