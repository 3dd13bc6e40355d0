"""The nights of a recording with dates, by its own clock."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, Final

from analytics import wear
from analytics.files.keeping import DAY_US, Kept
from analytics.nights import NOON_US, Night, compute

#: Of these at least one is known of a night that is worth telling.
_TOLD: Final = ("sleep_start_us", "resting_bpm", "rmssd_ms", "mean_spo2_percent")


def nights(kept: Kept, placement: str | None) -> list[dict[str, Any]]:
    """Return what is known of each night."""
    return [_as_dict(night) for night in _all(kept, placement) if _is_known(night)]


def _all(kept: Kept, placement: str | None) -> Iterator[Night]:
    for noon_us in kept.days(NOON_US):
        span_us = (noon_us, noon_us + DAY_US)
        minutes = wear.judged(kept.during(*span_us))
        yield compute("", _date(noon_us + NOON_US), *span_us, minutes, placement)


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
