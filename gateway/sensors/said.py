"""One sample that a device told, in its stream's raw integers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from gateway.batches import Stream
from gateway.gatt.date_time import DateTime
from gateway.gatt.ieee11073 import Number, Special
from gateway.wire import Quality

_LEAST: Final = -(1 << 31)
_MOST: Final = (1 << 31) - 1
_NOTHING: Final = Quality(0)  # known against it


@dataclass(frozen=True, slots=True)
class Said:
    """A sample, what is known against it, and when it was taken."""

    stream: Stream
    numbers: tuple[int, ...]  # one a channel
    quality: Quality
    measured: DateTime | None = None  # by the device's own calendar; None: just now


Say: TypeAlias = Callable[[bytes], Iterable[Said]]


def sample(
    stream: Stream,
    *numbers: Number | None,
    quality: Quality = _NOTHING,
    measured: DateTime | None = None,
) -> list[Said]:
    """Return the sample, or none if any of its numbers is absent.

    A reserved number is told as 0 with a flag; one too large as the largest, with another.
    """
    raw: list[int] = []
    for number in numbers:
        if number is None:
            return []
        if isinstance(number, Special):
            raw.append(0)
            quality |= Quality.SPECIAL
            continue
        whole = round(number / stream.scale)
        raw.append(min(max(whole, _LEAST), _MOST))
        if raw[-1] != whole:
            quality |= Quality.SATURATED
    return [Said(stream, tuple(raw), quality, measured)]


def flag(quality: Quality, holds: object) -> Quality:
    """Return the flag if something holds, and none otherwise."""
    return quality if holds else _NOTHING
