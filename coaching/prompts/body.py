"""What the minutes before a decision point say of somebody's body."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from analytics import scores
from coaching.daytime import HOUR_US, MINUTE_US
from coaching.prompts.point import Point
from coaching.prompts.state import Worn

_LOOK_BACK_US = 4 * HOUR_US
_WORN = {
    scores.State.NO_DATA: Worn.NO_DATA,
    scores.State.WORN_STILL: Worn.STILL,
    scores.State.WORN_MOVING: Worn.MOVING,
    scores.State.NOT_WORN: Worn.NOT_WORN,
    scores.State.FAULT: Worn.FAULT,
}


@dataclass(frozen=True, slots=True)
class Body:
    """What the last hours say."""

    last_data_us: int | None
    worn: Worn
    still_min: int
    steps_30min: int | None
    steps_2h: int | None


def bodies(db: Connection, points: Sequence[Point]) -> dict[str, Body]:
    """Return what is known of each point's person, by one query for each moment."""
    by_end: dict[int, list[str]] = {}
    for point in points:
        end_us = point.due_us // MINUTE_US * MINUTE_US
        by_end.setdefault(end_us, []).append(point.participant)
    return {
        who: feel(minutes, end_us)
        for end_us, people in by_end.items()
        for who, minutes in scores.minutes_of(
            db, people, end_us - _LOOK_BACK_US, end_us
        ).items()
    }


def feel(minutes: scores.Minutes, end_us: int) -> Body:
    """Return what the minutes up to a moment say, as far as they are known."""
    known = np.flatnonzero(minutes["state"])
    if known.size == 0:
        return Body(None, Worn.NO_DATA, 0, None, None)
    latest = int(known[-1])
    counted = steps(minutes)
    still = (minutes["state"] == scores.State.WORN_STILL) & (counted == 0)
    return Body(
        last_data_us=end_us - (minutes.size - latest - 1) * MINUTE_US,
        worn=_WORN[scores.State(int(minutes["state"][latest]))],
        still_min=_trailing(still[: latest + 1]),
        steps_30min=_sum(counted[-30:]),
        steps_2h=_sum(counted[-120:]),
    )


def epoch_us_of(
    db: Connection, participant: str, start_us: int, end_us: int, enough: int
) -> int:
    """Return the start of the minute in which a day's steps came to `enough`."""
    counted = steps(scores.minutes(db, participant, start_us, end_us))
    so_far = np.cumsum(np.maximum(counted, 0))
    place = min(int(np.searchsorted(so_far, enough)), counted.size - 1)
    return start_us // MINUTE_US * MINUTE_US + place * MINUTE_US


def steps(minutes: scores.Minutes) -> NDArray[np.int64]:
    """Return the steps of each minute, -1 where nothing could count them."""
    by_accel = minutes["flags"] & scores.Flag.ACCEL != 0
    return np.where(by_accel, minutes["steps"], minutes["device_steps"]).astype(np.int64)


def _sum(counted: NDArray[np.int64]) -> int | None:
    known = counted[counted >= 0]
    return int(known.sum()) if known.size else None


def _trailing(flags: NDArray[np.bool_]) -> int:
    """Return how many of the last flags are set without a break."""
    broken = np.flatnonzero(~flags)
    return int(flags.size - broken[-1] - 1) if broken.size else int(flags.size)
