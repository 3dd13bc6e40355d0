"""Published rules of intensity, by their own examples, and where they do not hold."""

import math

import numpy as np
import pytest

from analytics import intensity
from analytics.intensity import NotValidThere

NAN = math.nan


@pytest.mark.parametrize("name", intensity.CUT_POINTS)
@pytest.mark.parametrize("placement", ["temple", "glasses", "ankle", None])
def test_no_cut_point_exists_for_glasses(name, placement):
    with pytest.raises(NotValidThere, match="not for"):
        intensity.cut_points(name, placement)


def test_counts_of_a_wrist_are_no_energy():
    with pytest.raises(NotValidThere):
        intensity.mets(np.array([1000.0]), "wrist")


def test_the_line_meets_its_own_cut_points():
    points = intensity.cut_points("freedson", "hip")
    at = intensity.mets(np.array([points.moderate, points.vigorous]), "hip")

    assert at == pytest.approx([3, 6], abs=0.01)


@pytest.mark.parametrize(
    ("name", "values", "classes"),
    [
        ("freedson", [0, 99, 100, 1951, 1952, 5724, 5725, NAN], [0, 0, 1, 1, 2, 2, 3, -1]),
        ("troiano", [99, 2019, 2020, 5998, 5999], [0, 1, 2, 2, 3]),
        ("hildebrand_wrist", [0, 100.5, 100.6, 428.7, 428.8], [1, 1, 2, 2, 3]),
        ("hildebrand_hip", [69.0, 69.1, 258.6, 258.7], [1, 2, 2, 3]),
    ],
)
def test_a_minute_at_the_cut_point_is_above_it(name, values, classes):
    points = intensity.CUT_POINTS[name]

    assert intensity.classify(np.array(values, float), points).tolist() == classes


def test_zones_begin_at_their_share_of_the_reserve():
    share = np.array([-0.1, 0.29, 0.30, 0.40, 0.59, 0.60, 0.89, 0.90, 1.2, NAN])

    assert intensity.zones(share).tolist() == [1, 1, 2, 3, 3, 4, 4, 5, 5, 0]


def test_reserve_is_between_rest_and_the_limit():
    share = intensity.reserve(np.array([60.0, 120.0, 180.0]), np.array(60.0), np.array(180.0))

    assert share.tolist() == [0.0, 0.5, 1.0]


def test_an_hour_of_running_has_its_known_impulse():
    # 60 min at 155 bpm, 55 at rest, 190 at the limit: r = 0.74.
    share = np.full(60, 100 / 135)

    assert intensity.trimp(share, "male").sum() == pytest.approx(117.9, abs=0.2)
    assert intensity.trimp(share, "female").sum() == pytest.approx(131.7, abs=0.2)
    assert np.isnan(intensity.trimp(share, None)).all()


def test_rest_has_no_impulse_and_more_than_the_limit_has_no_more():
    assert intensity.trimp(np.array([-0.2, 0.0]), "male").tolist() == [0.0, 0.0]
    at_limit, beyond = intensity.trimp(np.array([1.0, 1.3]), "female")
    assert at_limit == beyond
