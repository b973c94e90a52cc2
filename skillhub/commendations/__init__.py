"""Units commended for how well they organised: a score from facts that are held, and the committee's points."""
