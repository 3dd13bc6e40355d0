"""What can be wrong with a record about people."""


class NotKnown(LookupError):
    """Nobody, or no zone, goes by that name."""


class Conflict(ValueError):
    """The record contradicts one that stands."""
