"""Studies of simulated people with known effects, lived through the real engine."""
