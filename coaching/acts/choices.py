"""What a person chooses for themselves."""

from datetime import date
from typing import Literal

from coaching.acts.act import Act
from people.authorize import Topic
from people.registry import ViewerKind


class SetFrequency(Act, frozen=True, kw_only=True):
    """Choose how many pushes a day there may be at most, from whomever."""

    pushes_a_day: int


class SetBand(Act, frozen=True, kw_only=True):
    """Choose between which steps the daily goal may be, from tomorrow on."""

    lowest_steps: int
    highest_steps: int


class SetQuietHours(Act, frozen=True, kw_only=True):
    """Choose when nothing is pushed, in minutes of the local day; start == end: never quiet."""

    start_minute: int
    end_minute: int


class Pause(Act, frozen=True, kw_only=True):
    """Rest, be sick or travel: no prompts, no missed days and no rising goal until `until`."""

    reason: str  # "rest" | "sick" | "vacation"
    until: date  # the first local day on which prompts may come again


class Resume(Act, frozen=True, kw_only=True):
    """End a pause now."""


class SetConsent(Act, frozen=True, kw_only=True):
    """Grant or withdraw one viewer's sight of one topic."""

    topic: Topic
    viewer: ViewerKind
    granted: bool


class SetProfile(Act, frozen=True, kw_only=True):
    """Say what scores and words depend on; none: not known."""

    age_years: int | None = None
    age_band: str | None = None  # of whoever tells no more
    placement: str | None
    resting_bpm: float | None
    language: str


class SetZone(Act, frozen=True, kw_only=True):
    """Say by which clock one lives, from now on."""

    zone: str  # as the IANA names it


class Reach(Act, frozen=True, kw_only=True):
    """Be notified on this browser, or by what one wears."""

    channel: Literal["web_push", "wearable"]
    address: str = ""  # web push: the browser's subscription, as JSON


class StopReaching(Act, frozen=True, kw_only=True):
    """Be notified there no longer."""

    address_id: str


class Received(Act, frozen=True, kw_only=True):
    """A browser says that a notification came."""

    key: str
