"""Friends and teams: invitations, what is shared and said, and what is counted of it."""
