"""Who stayed for how long, by hand."""

import math

import pytest

from research.engagement.following import Followed
from research.engagement.retention import retention, worn_weeks
from research.means import difference_of, mean_of, rate_of


def person(days, *worn):
    worn = frozenset(worn)
    return Followed("p", days, worn, worn)


def test_who_left_off_and_who_may_come_back():
    assert person(30, 1, 2, 16).left_off
    assert not person(30, 1, 2, 17).left_off
    assert person(20).left_off
    assert person(20).stayed == 0


def test_the_curve_is_that_of_kaplan_and_meier():
    """Six people: two leave on day 5, one on day 20; one is lost sight of on day 10."""
    people = [person(40, 5), person(40, 5), person(15, 10), person(40, 20)]
    people += [person(40, 39), person(40, 40)]
    found = retention(people)

    told = [(s.day, s.at_risk, s.share.value) for s in found.steps]
    assert told == [(0, 6, 1.0), (5, 6, pytest.approx(4 / 6)), (20, 3, pytest.approx(4 / 9))]
    assert (found.people, found.left, found.median_day) == (6, 3, 20)
    step = found.steps[1].share
    greenwood = math.sqrt(2 / (6 * 4)) * 4 / 6
    assert step.se == pytest.approx(greenwood)
    spread = 1.959964 * greenwood / (4 / 6 * math.log(6 / 4))
    assert step.low == pytest.approx((4 / 6) ** math.exp(spread), rel=1e-6)
    assert step.high == pytest.approx((4 / 6) ** math.exp(-spread), rel=1e-6)


def test_where_nobody_left_the_curve_is_one():
    found = retention([person(10, 10), person(10, 9)])

    assert [(s.day, s.share.value) for s in found.steps] == [(0, 1.0)]
    assert found.median_day is None


def test_a_week_counts_those_who_were_followed_through_it():
    weeks = worn_weeks([person(14, *range(1, 8)), person(7, 1, 2), person(13, 1)])

    assert [(w.week, w.people) for w in weeks] == [(1, 3), (2, 1)]
    assert weeks[0].share.value == pytest.approx((7 + 2 + 1) / 21)
    assert math.isnan(weeks[1].share.low)


def test_a_mean_and_a_difference_have_students_limits():
    found = mean_of([1.0, 2.0, 3.0, 6.0])
    assert (found.value, found.se) == (3.0, pytest.approx(math.sqrt(14 / 3) / 2))
    assert found.high - found.value == pytest.approx(3.182446 * found.se)

    apart = difference_of([5.0, 7.0, 9.0], [1.0, 2.0, 3.0, 6.0])
    assert apart.value == 4.0
    assert apart.low < 4.0 - 2 * apart.se


def test_a_rate_counts_each_persons_time():
    found = rate_of([10, 0, 5], [1.0, 1.0, 0.5])

    assert found.value == 6.0
    residuals = 4.0**2 + 6.0**2 + 2.0**2
    assert found.se == pytest.approx(math.sqrt(1.5 * residuals) / 2.5)
