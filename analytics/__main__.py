"""`python -m analytics`: compile every kernel, so that the first data does not wait for it."""

from datetime import date

import numpy as np

from analytics.frames import Frame, Samples
from analytics.shard import STREAMS, Shard


def frame(stream: str, values: Samples) -> Frame:
    """Return one second of some stream, as a gateway sends it."""
    return Frame(
        participant="nobody",
        device="none",
        stream=stream,
        day=date.min,
        day_end_us=60_000_000,
        received_us=0,
        start_us=0,
        period_us=1_000_000 / len(values),
        values=values,
        scale=1 / 4096,
        key=(0, 0),
    )


if __name__ == "__main__":
    for stream in STREAMS:
        channels = 3 if stream == "accel" else 1
        Shard().feed([frame(stream, np.zeros((50, channels), np.int16))], 1 << 60)
