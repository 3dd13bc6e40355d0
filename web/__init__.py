"""The face for participant, coach, researcher and operator."""
