"""What coaches do at their desk: notes, who deals with whom, drafts, and being away."""

from datetime import date
from typing import Literal

from coaching.acts.act import Act


class WriteNote(Act, frozen=True, kw_only=True):
    """Write something down about a person, for all their coaches."""

    coach: str
    text: str


class StrikeNote(Act, frozen=True, kw_only=True):
    """Take one's own note back."""

    coach: str
    note: int


class Deal(Act, frozen=True, kw_only=True):
    """Deal with what is flagged: have seen it, put it off, or hand it to another coach."""

    coach: str
    flag: str  # its kind
    how: Literal["seen", "put_off", "assigned"]
    hours: int = 24
    to: str | None = None  # the other coach


class UndoDeal(Act, frozen=True, kw_only=True):
    """Let a flag stand again as if nobody had dealt with it."""

    coach: str
    deal: int


class Look(Act, frozen=True, kw_only=True):
    """Have looked at a person's page: what comes later is new."""

    coach: str


class Supervise(Act, frozen=True, kw_only=True):
    """See what the bot would write to a person before it is sent, or no longer."""

    coach: str
    on: bool


class DecideDraft(Act, frozen=True, kw_only=True):
    """Let a draft of the bot go, with other approved words if need be, or hold it."""

    coach: str
    message_id: int
    send: bool
    template_id: str | None = None  # none: as the bot wrote it


class HandOver(Act, frozen=True, kw_only=True):
    """Let a colleague look after one's panel for some days; `participant` is the coach."""

    colleague: str
    first_day: date
    last_day: date


class TakeBack(Act, frozen=True, kw_only=True):
    """Look after one's panel oneself again; `participant` is the coach."""

    colleague: str
