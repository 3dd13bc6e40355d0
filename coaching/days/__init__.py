"""What a day's steps mean: goals, verdicts, rows of days, and what follows when they change."""
