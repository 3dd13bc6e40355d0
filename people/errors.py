"""What can be wrong with a record about people."""

from people.sentence import Worded


class NotKnown(Worded, LookupError):
    """Nobody, or no zone, goes by that name."""


class Conflict(Worded, ValueError):
    """The record contradicts one that stands."""
