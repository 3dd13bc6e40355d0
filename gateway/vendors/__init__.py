"""What makers publish beside the standard services: one folder a maker."""
