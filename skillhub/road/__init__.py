"""A worker's way through the tiers: what one may enter, where one stands, what comes next."""
