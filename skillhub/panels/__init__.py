"""Who judges: panels and their seats, who recuses from whom, and the codes behind which entries are judged."""
