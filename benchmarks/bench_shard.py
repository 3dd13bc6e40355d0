"""A shard with ENMO and steps: nanoseconds of CPU a sample, by how much comes in one frame.

python -m benchmarks.bench_shard
"""

import time
from datetime import date

import numpy as np

from analytics.frames import Frame
from analytics.shard import Shard

_RATE_HZ = 50
_PERIOD_US = 20_000
_DAY = date(2024, 5, 6)
_PEOPLE = 200
_SECONDS = 240


def _frames(size: int) -> list[list[Frame]]:
    """Give what many people send, turn by turn."""
    random = np.random.default_rng(0)
    values = random.integers(-5000, 5000, (size, 3), dtype=np.int16)
    return [
        [
            Frame(
                participant=f"p{person}",
                device=f"glasses-{person}",
                stream="accel",
                day=_DAY,
                day_end_us=1 << 60,
                received_us=turn * size * _PERIOD_US,
                start_us=turn * size * _PERIOD_US,
                period_us=float(_PERIOD_US),
                values=values,
                scale=1 / 4096,
                key=(1, turn),
                counted=(1, turn * size),
            )
            for person in range(_PEOPLE)
        ]
        for turn in range(_SECONDS * _RATE_HZ // size)
    ]


def _ns(size: int) -> tuple[float, float]:
    turns = _frames(size)
    shard = Shard()
    shard.feed(turns[0])  # compiles
    samples = _PEOPLE * size * (len(turns) - 1)
    start_s = time.process_time()
    for frames in turns[1:]:
        shard.feed(frames)
    fed_s = time.process_time()
    row_bytes = sum(len(state) for _, _, state in shard.dump()) / _PEOPLE
    return (fed_s - start_s) / samples * 1e9, row_bytes


if __name__ == "__main__":
    for size in (25, 50, 500, 3000):
        ns, row_bytes = _ns(size)
        print(
            f"shard, {size:4d} samples a frame  {ns:6.1f} ns/sample  {row_bytes:3.0f} B a row"
        )
