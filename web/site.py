"""What an operator should know of the machine; whoever starts the pages finds it out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """One hub, as its settings and its disk have it."""

    version: str
    backs_up: bool
    backup_us: int | None  # when the newest proved backup was taken; none: there is none
    backup_is_late: bool
    room_days: float | None  # for the archive; none: nothing is sealed yet
    is_short: bool
