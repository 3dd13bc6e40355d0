"""A study's rules of safety: what is a red flag, what is said at one, and who comes."""

from collections.abc import Iterator
from datetime import time
from math import inf
from typing import Literal, TypeAlias
from zoneinfo import available_timezones

import msgspec

#: What a cuff, a thermometer and an oximeter tell, in mmHg, °C and %.
Measured: TypeAlias = Literal["systolic", "diastolic", "temperature", "oxygen"]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file: a key it does not know is refused."""


class Vital(_Table, frozen=True, kw_only=True):
    """Beyond which a vital sign at rest is a red flag; a clinician sets it."""

    low: float | None = None  # this or less
    high: float | None = None  # this or more
    minutes: int  # every minute for so long


class Bound(_Table, frozen=True, kw_only=True):
    """Beyond which one reading is a red flag; a clinician sets it."""

    low: float | None = None  # this or less
    high: float | None = None  # this or more


class Shift(_Table, frozen=True, kw_only=True):
    """Hours in which somebody is on duty."""

    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...]
    start: time
    end: time


class Safety(_Table, frozen=True, kw_only=True):
    """What is a red flag, what is said at one, and who comes."""

    version: int
    emergency: dict[str, str]  # language -> words
    answer_min: int  # a ticket that nobody took by then is escalated
    zone: str  # of the hours on duty
    staffed: tuple[Shift, ...] = ()
    outside_hours: dict[str, str]  # language -> who is reached then, in words
    phrases: tuple[str, ...] = ()  # red flags in replies, besides those that are known
    heart_rate: Vital | None = None  # bpm
    oxygen: Vital | None = None  # %
    readings: dict[Measured, Bound] = msgspec.field(default_factory=dict[Measured, Bound])

    def unsound(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield which key is wrong, and why."""
        return ((key, says) for key, is_sound, says in self._checks() if not is_sound)

    def _checks(self) -> Iterator[tuple[tuple[str, ...], bool, str]]:
        yield ("emergency",), bool(self.emergency), "what is said in an emergency?"
        whom = "who is reached while nobody is on duty?"
        yield ("outside_hours",), bool(self.outside_hours), whom
        yield ("answer_min",), self.answer_min > 0, "must be positive"
        yield ("zone",), self.zone in available_timezones(), "no such zone"
        for name, each in (("heart_rate", self.heart_rate), ("oxygen", self.oxygen)):
            yield (name, "minutes"), each is None or 1 <= each.minutes <= 60, "1 to 60"
        for name, bound in self.readings.items():
            is_sound = (bound.low or 0) < (bound.high or inf)
            yield ("readings", name), is_sound, "low < high does not hold"
