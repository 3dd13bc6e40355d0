"""What a night came to: from noon to noon, and known as that of the day of waking."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, select

from analytics import days, epochs
from analytics.kernels import rr, sleep
from analytics.minutes import HOUR_US, MINUTE_US, NO_ANGLE, PIECES, Flag, Minutes, State
from analytics.tables import nights

#: How long before a day its night begins and ends.
NOON_US: Final = 12 * HOUR_US
#: Hours of motion without which no window of sleep is looked for; as GGIR asks of a night.
FEWEST_HOURS: Final = 16
#: Minutes from noon to where a night without such a window is taken to begin and end: 0 to 6.
DARK: Final = (720, 1080)
#: Share of the window's minutes that must have counts, for sleep to be told from waking.
COUNTED_SHARE: Final = 0.9


@dataclass(frozen=True, slots=True)
class Night:
    """One person's night. What was not measured is None."""

    participant: str
    day: date  # of waking
    start_us: int
    end_us: int
    sleep_start_us: int | None
    sleep_end_us: int | None
    asleep_minutes: int | None  # within the window; of a wrist only
    resting_bpm: int | None
    beats_kept: int
    rmssd_ms: float | None
    sdnn_ms: float | None
    spo2_minutes: int
    mean_spo2_percent: float | None
    lowest_spo2_percent: float | None
    odi_3: float | None  # desaturations an hour of recording
    odi_4: float | None


_COLUMNS: Final = tuple(field.name for field in fields(Night))


def compute(
    participant: str,
    day: date,
    start_us: int,
    end_us: int,
    minutes: Minutes,
    placement: str | None = None,
) -> Night:
    """Return what a night came to.

    Parameters
    ----------
    participant, day
        Whose, and the local date of waking.
    start_us, end_us : int
        The noons around it.
    minutes : (n,) MINUTE
        From the one that holds `start_us`, merged over devices and judged for wear.
    placement : str or None
        Where the source of motion is worn: sleep is told from waking at a "wrist" only.
    """
    first_us = start_us // MINUTE_US * MINUTE_US
    window = _window(minutes)
    begin, end = DARK if window is None else (window[0] // PIECES, -(-window[1] // PIECES))
    mine = minutes[begin:end]
    piece_us = MINUTE_US // PIECES
    return Night(
        participant,
        day,
        start_us,
        end_us,
        None if window is None else first_us + window[0] * piece_us,
        None if window is None else first_us + window[1] * piece_us,
        None if window is None or placement != "wrist" else _asleep(minutes, begin, end),
        *_heart(mine),
        *_oxygen(mine),
    )


def _worn(minutes: Minutes) -> NDArray[np.bool_]:
    state = minutes["state"]
    return (state == State.WORN_STILL) | (state == State.WORN_MOVING)


def _window(minutes: Minutes) -> tuple[int, int] | None:
    """Return the window of sleep in pieces of 5 s from the first minute."""
    cdeg = minutes["anglez_cdeg"].ravel()
    worn = np.repeat(_worn(minutes), PIECES) & (cdeg != NO_ANGLE)
    if np.count_nonzero(worn) < FEWEST_HOURS * 60 * PIECES:
        return None
    return sleep.window(cdeg / 100.0, worn)


def _asleep(minutes: Minutes, begin: int, end: int) -> int | None:
    counted = minutes["flags"] & Flag.COUNTS != 0
    if np.mean(counted[begin:end]) < COUNTED_SHARE:
        return None
    vertical = np.where(counted, minutes["counts"][:, 1], 0)  # ActiGraph's first axis is y
    return int(np.count_nonzero(sleep.cole_kripke(vertical)[begin:end]))


def _heart(minutes: Minutes) -> tuple[int | None, int, float | None, float | None]:
    """Return resting heart rate, intervals kept, RMSSD and SDNN."""
    bpm = epochs.mean_bpm(minutes)
    kept, diffs = minutes["rr_n"].sum(), minutes["rr_diff_n"].sum()
    sums = minutes["rr_sum_ms"].sum(), minutes["rr_square_sum_ms2"].sum()
    rmssd_ms = rr.rmssd_ms(diffs, minutes["rr_diff_square_sum_ms2"].sum())
    return (
        days.resting(bpm[~np.isnan(bpm)]),
        int(kept),
        _known(rmssd_ms),
        _known(rr.sdnn_ms(kept, *sums)),
    )


def _oxygen(
    minutes: Minutes,
) -> tuple[int, float | None, float | None, float | None, float | None]:
    """Return minutes with a saturation, its mean and minimum, and desaturations an hour."""
    heard = minutes[minutes["spo2_n"] > 0]
    if not heard.size:
        return 0, None, None, None, None
    mean_percent = heard["spo2_sum_percent"].sum() / heard["spo2_n"].sum()
    hours = heard.size / 60
    return (
        heard.size,
        round(float(mean_percent), 2),
        float(heard["spo2_low_percent"].min()),
        round(float(heard["desaturations_3"].sum() / hours), 2),
        round(float(heard["desaturations_4"].sum() / hours), 2),
    )


def _known(value: NDArray[np.float64]) -> float | None:
    return None if np.isnan(value) else round(float(value), 3)


def as_rows(found: Sequence[Night]) -> list[dict[str, Any]]:
    """Return nights as rows of `nights`."""
    return [{name: getattr(night, name) for name in _COLUMNS} for night in found]


def of_row(row: Row[Any]) -> Night:
    """Return the night that a row of `nights` holds."""
    return Night(*row)


assert tuple(nights.c.keys()) == _COLUMNS  # noqa: S101 - one table, one record, one order


def night(db: Connection, participant: str, day: date) -> Night | None:
    """Return the night before a day; None while it is not over, or nothing was heard of it."""
    query = select(nights).where(nights.c.participant == participant, nights.c.day == day)
    row = db.execute(query).one_or_none()
    return None if row is None else of_row(row)


def nights_of_person(db: Connection, participant: str) -> list[Night]:
    """Return every night of which something was ever heard, in order."""
    query = select(nights).where(nights.c.participant == participant)
    return [of_row(row) for row in db.execute(query.order_by(nights.c.day))]
