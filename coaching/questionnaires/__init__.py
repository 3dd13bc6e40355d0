"""Short questionnaires: what they ask, and their way to a participant."""
