"""The league of units: medals first, points by place, or totals, from what is ranked and awarded."""
