"""Recordings in files: what they hold, on which clock, and what it comes to."""
