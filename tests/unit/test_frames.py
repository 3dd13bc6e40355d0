"""When the samples of a frame were measured."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.kernels import spans
from analytics.kernels.actigraph_filter import RATES_HZ
from tests.streams import accel, feed

WEEK_S = 7 * 86_400
STILL = np.zeros((1, 3), np.int16)


@pytest.mark.parametrize("rate_hz", [*RATES_HZ, 32, 64, 128, 256])
@given(second=st.integers(0, WEEK_S))
def test_a_second_later_is_a_rate_of_samples_later(rate_hz, second):
    frame = accel(STILL, period_us=1e6 / rate_hz, base=second * rate_hz)

    assert frame.time_us(0) == second * 1_000_000
    assert frame.time_us(-1) < second * 1_000_000
    (last,) = feed([frame], epoch_us=1_000_000)
    assert last["minute"] == second


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_each_second_of_an_hour_has_its_samples(rate_hz):
    values = np.zeros((rate_hz * 3_600, 3), np.int16)
    sums = feed([accel(values, period_us=1e6 / rate_hz)], epoch_us=1_000_000)

    assert sums.dtype == spans.SUM
    assert sums["minute"].tolist() == list(range(3_600))
    assert set(sums["n_valid"].tolist()) == {rate_hz}
