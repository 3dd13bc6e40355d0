"""A moment at which the coach considers writing."""

from dataclasses import dataclass

from coaching.members import Member
from people.registry import Calendar


@dataclass(frozen=True, slots=True)
class Point:
    """Whose it is, and what brought it about."""

    member: Member
    calendar: Calendar
    kind: str
    occasion: str
    due_us: int
    epoch_us: int | None = None

    @property
    def participant(self) -> str:
        return self.member.participant
