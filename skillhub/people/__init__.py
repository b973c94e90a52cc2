"""Who exists: workers, where they work, and what they are insured for."""
