"""Motion on several cores: the same bits as on one."""

import numpy as np
import pytest

from analytics import cores, rows
from analytics.gathered import Piece, gather
from analytics.rows import Rows
from tests.streams import accel

PEOPLE, SIZES = 7, (40_000, 1, 90_000, 3_000, 60_000, 500, 20_000)


def fed(count, monkeypatch):
    """Give all epochs of streams that were fed three frames each, on so many cores."""
    monkeypatch.setattr(rows.cores, "available", lambda: count)
    random, streams = np.random.default_rng(0), Rows(60_000_000)
    numbers = [streams.add() for _ in range(PEOPLE)]
    closed = []
    for turn in range(3):
        frames = [
            accel(random.integers(-9000, 9000, (size, 3)).astype(np.int16), turn << 32)
            for size in SIZES
        ]
        pieces = zip(numbers, frames, strict=True)
        closed.append(
            streams.feed("accel", gather([Piece(row, one, fresh=False) for row, one in pieces]))
        )
    told = np.concatenate([*closed, streams.opened(numbers)])
    return {name: told[name].tolist() for name in told.dtype.names}


@pytest.mark.parametrize("count", [2, 3, 8])
def test_each_bit_is_as_if_one_core_had_done_it(count, monkeypatch):
    assert fed(count, monkeypatch) == fed(1, monkeypatch)


def test_shares_hold_each_row_once(monkeypatch):
    taken = []
    monkeypatch.setattr(cores.motion, "add", lambda *given: taken.append(given[-2:]))
    fed(3, monkeypatch)

    assert len(taken) == 9  # three shares a call
    for call in (taken[:3], taken[3:6], taken[6:]):
        edges = sorted(call)
        assert [begin for begin, _ in edges] == [0, *(end for _, end in edges[:-1])]
        assert edges[-1][1] == PEOPLE
