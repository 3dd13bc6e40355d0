import re

import pytest

from web import sparkline


def points(bins):
    return [(int(x), int(y)) for x, y in re.findall(r"[ML](\d+) (\d+)", sparkline.path(bins))]


def test_draws_one_line_through_what_was_heard():
    assert sparkline.path([60, 72, 84]) == "M0 26h0L1 14L2 2"


def test_breaks_where_nothing_was_heard():
    path = sparkline.path([60, 61, None, None, 62, 63])

    assert path.count("M") == 2
    assert [x for x, _ in points([60, 61, None, None, 62, 63])] == [0, 1, 4, 5]


def test_a_lone_value_is_a_dot_and_nothing_is_no_line():
    assert sparkline.path([None, 70, None]) == "M1 14h0"
    assert sparkline.path([None, None]) == ""


@pytest.mark.parametrize("bins", [[70, 70, 71], [40, 200, 40], [30], [220, None, 30]])
def test_stays_within_its_frame(bins):
    assert all(0 < y < sparkline.HEIGHT for _, y in points(bins))


def test_a_calm_heart_looks_calm():
    heights = [y for _, y in points([70, 71, 70, 71])]

    assert max(heights) - min(heights) <= 2
