"""Papers for what is no award of an event: participation, thanks, commended units, qualifications."""
