"""Which intervals between beats are believed, and what they come to."""

import math

import numpy as np
import pytest

from analytics.kernels import rr
from tests.naive import kept_intervals
from tests.recordings import beats_ms, path

NAN = math.nan


@pytest.mark.parametrize(
    ("intervals", "kept", "rmssd_ms"),
    [
        ([800, 810, 790], 3, math.sqrt((100 + 400) / 2)),
        ([800, 960, 1152], 3, math.sqrt((160**2 + 192**2) / 2)),  # 20 % is no more than 20 %
        ([800, 961, 810], 2, None),  # dropped, and nothing bridges it
        ([800, 810, 400, 1200, 820, 830], 4, 10.0),  # an early beat and its pause
        ([800, 810, 2001, 299, 820, 830], 4, 10.0),
        ([800, 810, NAN, 1200, 1210], 4, 10.0),  # a gap: nothing is held against before
        ([800, 810, math.inf, 1200, 1210], 4, 10.0),
        ([1600, 800, 810, 790, 800], 3, 10.0),  # the first was wrong: the third of three stands
        ([800, 400, 410, 800, 810], 3, 10.0),  # two of another length are not three
        ([800, 400, 1200, 400, 1200, 400], 1, None),  # every second beat early
        ([800, 400, 410, 299, 400, 410], 1, None),  # what is no beat interrupts the three
        ([800], 1, None),
        ([], 0, None),
    ],
)
def test_what_is_kept_and_compared(intervals, kept, rmssd_ms):
    found = rr.analyse(intervals)

    assert (found.beats_kept, found.beats_dropped) == (kept, len(intervals) - kept)
    assert found.rmssd_ms == (None if rmssd_ms is None else pytest.approx(rmssd_ms))


def test_the_spread_is_divided_by_one_less():
    assert rr.analyse([800, 820]).sdnn_ms == pytest.approx(math.sqrt(200))
    assert rr.analyse([800, 800, 800]).sdnn_ms == 0.0
    assert rr.analyse([800]).sdnn_ms is None


def recorded():
    yield beats_ms().astype(float)
    yield np.loadtxt(path("hrvanalysis_test_nn_intervals.txt"))


def test_recorded_hearts_agree_with_the_formulas():
    for series in recorded():
        kept = np.array(kept_intervals(series.tolist()))
        beats = np.where(kept, series, np.nan)
        found = rr.analyse(series)

        assert found.beats_dropped == np.count_nonzero(~kept)
        assert found.rmssd_ms == pytest.approx(
            np.sqrt(np.nanmean(np.diff(beats) ** 2)), rel=1e-12
        )
        assert found.sdnn_ms == pytest.approx(np.nanstd(beats, ddof=1), rel=1e-12)
