"""Simulated device firmware on a virtual radio; imports nothing of the other stages."""
