"""A door: what a person may ask of the coach, by what it is about."""
