"""Copies of a hub's data folder, taken while it runs, and proved by being restored."""
