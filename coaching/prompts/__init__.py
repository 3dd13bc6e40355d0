"""From a decision point to a message or none: what is seen, decided and put on record."""
