"""Why a prompt is not sent."""

from enum import StrEnum

from people.sentence import say


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
    Reason.TOO_LATE: say("the moment had passed"),
    Reason.HANDED_OVER: say("a human looks after them"),
    Reason.PAUSED: say("paused"),
    Reason.SNOOZED: say("not wanted for a while"),
    Reason.QUIET_HOURS: say("quiet hours"),
    Reason.BUDGET: say("today's messages were used up"),
    Reason.PROMPTED: say("prompted shortly before"),
    Reason.STALE: say("no fresh data"),
    Reason.NOT_WORN: say("not worn"),
    Reason.ASLEEP: say("still asleep, it seemed"),
    Reason.WALKING: say("walking already"),
    Reason.ACTIVE: say("active already"),
    Reason.NOTHING_NEW: say("nothing new to say"),
}
