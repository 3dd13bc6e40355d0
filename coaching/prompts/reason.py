"""Why a prompt is not sent."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a prompt is not sent; the values stand in records and protocols."""

    TOO_LATE = "too_late"
    HANDED_OVER = "handed_over"  # a red flag is a human's
    PAUSED = "paused"
    SNOOZED = "snoozed"
    QUIET_HOURS = "quiet_hours"
    BUDGET = "budget"
    PROMPTED = "prompted"
    STALE = "stale"
    NOT_WORN = "not_worn"
    ASLEEP = "asleep"
    WALKING = "walking"
    ACTIVE = "active"
    NOTHING_NEW = "nothing_new"  # every fitting message was used lately


WORDS = {
    Reason.TOO_LATE: "the moment had passed",
    Reason.HANDED_OVER: "a human looks after them",
    Reason.PAUSED: "paused",
    Reason.SNOOZED: "not wanted for a while",
    Reason.QUIET_HOURS: "quiet hours",
    Reason.BUDGET: "today's messages were used up",
    Reason.PROMPTED: "prompted shortly before",
    Reason.STALE: "no fresh data",
    Reason.NOT_WORN: "not worn",
    Reason.ASLEEP: "still asleep, it seemed",
    Reason.WALKING: "walking already",
    Reason.ACTIVE: "active already",
    Reason.NOTHING_NEW: "nothing new to say",
}
