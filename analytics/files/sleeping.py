"""The nights of a recording with dates, by its own clock."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics import wear
from analytics.minutes import HOUR_US, MINUTE_US, Minutes, blank
from analytics.nights import NOON_US, Night, compute

_DAY_US: Final = 24 * HOUR_US
_DATED_US: Final = 10**14  # what is later is since 1970
#: Of these at least one is known of a night that is worth telling.
_TOLD: Final = ("sleep_start_us", "resting_bpm", "rmssd_ms", "mean_spo2_percent")


class Nights:
    """Minutes of a recording, until its nights are made of them."""

    def __init__(self, placement: str | None) -> None:
        self._placement = placement
        self._starts_us: list[NDArray[np.int64]] = []
        self._minutes: list[Minutes] = []

    def add(self, starts_us: NDArray[np.int64], minutes: Minutes) -> None:
        """Take the next minutes."""
        self._starts_us.append(starts_us)
        self._minutes.append(minutes)

    def told(self) -> list[dict[str, Any]]:
        """Return what is known of each night; nothing where the clock shows no date."""
        nights = [night for night in self._all() if _is_known(night)]
        return [_as_dict(night) for night in nights]

    def _all(self) -> Iterator[Night]:
        starts_us = np.concatenate([*self._starts_us, np.zeros(0, np.int64)])
        if not starts_us.size or starts_us[0] < _DATED_US:
            return
        minutes = np.concatenate(self._minutes)
        first_us = (int(starts_us[0]) - NOON_US) // _DAY_US * _DAY_US + NOON_US
        for noon_us in range(first_us, int(starts_us[-1]) + 1, _DAY_US):
            since_us = starts_us - noon_us
            inside = (since_us >= 0) & (since_us < _DAY_US)
            mine = blank(_DAY_US // MINUTE_US)
            mine[since_us[inside] // MINUTE_US] = minutes[inside]
            span_us, day = (noon_us, noon_us + _DAY_US), _date(noon_us + NOON_US)
            yield compute("", day, *span_us, wear.judged(mine), self._placement)


def _is_known(night: Night) -> bool:
    return any(getattr(night, name) is not None for name in _TOLD)


def _as_dict(night: Night) -> dict[str, Any]:
    told = asdict(night)
    for name in ("participant", "start_us", "end_us"):
        del told[name]
    begin_us, end_us = told.pop("sleep_start_us"), told.pop("sleep_end_us")
    window = {
        "sleep_start_s": None if begin_us is None else begin_us / 1e6,
        "sleep_end_s": None if end_us is None else end_us / 1e6,
    }
    return {"day": told.pop("day").isoformat(), **window, **told}


def _date(at_us: int) -> date:
    return datetime.fromtimestamp(at_us // 1_000_000, UTC).date()
