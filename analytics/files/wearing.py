"""When the sensor of a recording was not worn, as its motion tells."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytics import wear
from analytics.files.keeping import Kept
from analytics.kernels import nonwear
from analytics.minutes import MINUTE_US, Flag, State

Span = tuple[int, int]  # when it begins and ends

_VERTICAL: Final = 1  # of a sensor at the hip, as ActiGraph's axes lie


def not_worn(kept: Kept, placement: str | None) -> dict[str, Any]:
    """Return the minutes not worn: as of a day, and by Choi's rule at a hip, its place."""
    by_motion: list[Span] = []
    by_zeros: list[Span] = []
    for first_us, minutes in kept.stretches():
        off = wear.judged(minutes)["state"] == State.NOT_WORN
        by_motion += _spans(off, first_us)
        known = minutes["flags"] & Flag.COUNTS != 0
        zeros = nonwear.choi(minutes["counts"][:, _VERTICAL], known)
        by_zeros += _spans(zeros, first_us)
    told = _as_dict("not_worn", by_motion)
    return told | (_as_dict("choi_not_worn", by_zeros) if placement == "hip" else {})


def _spans(where: NDArray[np.bool_], first_us: int) -> list[Span]:
    begins, ends = (first_us + MINUTE_US * edges for edges in nonwear.runs(where))
    return list(zip(begins.tolist(), ends.tolist(), strict=True))


def _as_dict(name: str, spans: list[Span]) -> dict[str, Any]:
    minutes = sum(end_us - begin_us for begin_us, end_us in spans) // MINUTE_US
    told = [{"start_s": begin_us / 1e6, "end_s": end_us / 1e6} for begin_us, end_us in spans]
    return {f"{name}_minutes": minutes, name: told}
