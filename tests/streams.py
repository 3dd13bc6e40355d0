"""Frames of made-up streams, and what the kernels make of them."""

from datetime import date

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from analytics.epochs import MINUTE_US
from analytics.frames import Frame
from analytics.gathered import Piece, gather
from analytics.rows import Rows

DAY = date(2024, 5, 6)
FAR_US = 1 << 60

integers = hnp.arrays(
    np.int16, st.tuples(st.integers(1, 200), st.just(3)), elements=st.integers(-32768, 32767)
)


def frame(values, start_us, **fields):
    given = {
        "participant": "ada",
        "device": "glasses-1",
        "stream": "accel",
        "day": DAY,
        "day_end_us": FAR_US,
        "received_us": start_us,
        "start_us": start_us,
        "period_us": None,
        "values": np.asarray(values),
        "scale": 1.0,
        "key": (1, 0),
    }
    return Frame(**given | fields)


def accel(values, start_us=0, period_us=20_000.0, scale=1 / 4096, **fields):
    return frame(values, start_us, period_us=period_us, scale=scale, **fields)


def heart_rate(bpm, times_us, **fields):
    values = np.asarray(bpm, np.int16).reshape(-1, 1)
    times_us = np.asarray(times_us, np.int64)
    return frame(values, int(times_us[0]), stream="heart_rate", times_us=times_us, **fields)


def intervals(rr_ms, start_us=0, **fields):
    """Give intervals between beats as a strap does: in 1/1024 s, each timed at its end."""
    ticks = np.rint(np.asarray(rr_ms) * 1.024).astype(np.int16).reshape(-1, 1)
    times_us = start_us + np.cumsum(np.rint(ticks[:, 0] * 1e6 / 1024)).astype(np.int64)
    given = {"stream": "rr", "times_us": times_us, "scale": 1000 / 1024}
    return frame(ticks, int(times_us[0]), **given | fields)


def feed(frames, *, one_call=False, epoch_us=MINUTE_US):
    """Give the sums of all epochs of frames fed in this order to one row."""
    rows = Rows(epoch_us)
    row = rows.add()
    pieces = [Piece(row, frame, fresh=False) for frame in frames]
    calls = [pieces] if one_call else [[piece] for piece in pieces]
    closed = [rows.feed(frames[0].stream, gather(call)) for call in calls]
    return np.concatenate([*closed, rows.opened([row])])
