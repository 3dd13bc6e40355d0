"""How the tables of one release become those of the next; `versions/` has a file a step."""
