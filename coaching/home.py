"""A guided measurement at home: readings one after the other, and what they add up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import mean
from typing import Final, Literal, TypeAlias

from sqlalchemy import Connection

from analytics import scores
from analytics.scores import TOLD, Reading
from coaching.daytime import DAY_US, MINUTE_US

Stream: TypeAlias = Literal["weight", "blood_pressure", "temperature", "spo2"]

BUNDLE: Final[tuple[Stream, ...]] = ("weight", "blood_pressure", "temperature", "spo2")
#: A cuff that slept tells what it measured shortly before; that counts too.
_BEFORE_US: Final = 15 * MINUTE_US
_SUMMARY_DAYS: Final = 28


class Progress(StrEnum):
    """How far one step of the bundle has come."""

    WAITING = "waiting"
    AGAIN = "again"  # it was read, and its device doubts it
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Step:
    """One reading of the bundle."""

    stream: Stream
    progress: Progress
    reading: Reading | None  # the last one without doubt, else the last one
    is_next: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """What the last four weeks' readings of a stream add up to, those in doubt left out."""

    stream: Stream
    unit: str
    last: Reading
    count: int
    doubted: int
    mean: float | None
    low: float | None
    high: float | None
    second_mean: float | None  # blood pressure: of the diastolic ones


def walk(
    db: Connection, participant: str, bundle: Sequence[Stream], since_us: int, now_us: int
) -> list[Step]:
    """Return the steps of a measurement that was begun at an instant."""
    found = scores.readings(db, [participant], since_us - _BEFORE_US, now_us + MINUTE_US)
    fresh = [each for each in found if each.received_us >= since_us]
    taken = {stream: _best(stream, fresh) for stream in bundle}
    progress = {stream: _progress(reading) for stream, reading in taken.items()}
    first = next((each for each in bundle if progress[each] is not Progress.DONE), None)
    return [Step(stream, progress[stream], taken[stream], stream == first) for stream in bundle]


def readings(db: Connection, participant: str, now_us: int) -> list[Reading]:
    """Return the last four weeks' readings, the latest first."""
    since_us = now_us - _SUMMARY_DAYS * DAY_US
    return scores.readings(db, [participant], since_us, now_us + MINUTE_US)[::-1]


def summaries(latest_first: Sequence[Reading], bundle: Sequence[Stream]) -> list[Summary]:
    """Return what readings add up to, stream by stream."""
    by_stream: dict[Stream, list[Reading]] = {
        stream: [each for each in latest_first if each.stream == stream] for stream in bundle
    }
    return [_summary(stream, found) for stream, found in by_stream.items() if found]


def _best(stream: Stream, found: Sequence[Reading]) -> Reading | None:
    mine = [each for each in found if each.stream == stream]
    sound = [each for each in mine if not each.quality]
    return next(reversed(sound or mine), None)


def _progress(reading: Reading | None) -> Progress:
    if reading is None:
        return Progress.WAITING
    return Progress.AGAIN if reading.quality else Progress.DONE


def _summary(stream: Stream, found: Sequence[Reading]) -> Summary:
    sound = [each for each in found if not each.quality]
    values = [each.value for each in sound]
    seconds = [each.second for each in sound if each.second is not None]
    return Summary(
        stream=stream,
        unit=TOLD[stream].unit,
        last=found[0],
        count=len(sound),
        doubted=len(found) - len(sound),
        mean=mean(values) if values else None,
        low=min(values, default=None),
        high=max(values, default=None),
        second_mean=mean(seconds) if seconds else None,
    )
