"""What brings a decision about."""

from enum import StrEnum


class Kind(StrEnum):
    """What brings a decision about; the values stand in records and name occasions."""

    SCHEDULED = "scheduled"  # a set time of the protocol, which names its occasion
    NEAR_GOAL = "near_goal"
    REACHED = "reached"
    AFTER_MISSED = "after_missed"
    AFTER_REPLY = "after_reply"
    INACTIVE = "inactive"


#: Occasions that no set time of a protocol may go by.
RESERVED = frozenset(Kind) - {Kind.SCHEDULED}
#: One comes there by walking.
ON_FOOT = frozenset({Kind.NEAR_GOAL, Kind.REACHED})
