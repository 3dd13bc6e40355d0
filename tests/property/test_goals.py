"""The adaptive goal against a slow obvious twin, over any days."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from coaching.days.goals import Inputs, steps_for
from tests.coached import usc

RULE = usc().goal
DAYS = st.lists(st.integers(0, 40_000), max_size=15)


def goal(days, previous=None, paused=False):
    inputs = Inputs(valid_steps=tuple(days), previous_steps=previous, paused_lately=paused)
    return steps_for(inputs, RULE)[0]


def naive(days):
    """Count: the smallest of the last nine that at least six tenths of them do not exceed."""
    recent = days[:9]
    if len(recent) < 5:
        return RULE.baseline_steps
    enough = Fraction(6, 10) * len(recent)
    steps = min(s for s in recent if sum(other <= s for other in recent) >= enough)
    return max(RULE.lowest_steps, min(RULE.highest_steps, steps))


@given(DAYS)
def test_equals_the_slow_twin(days):
    assert goal(days) == naive(days)


@given(DAYS)
def test_order_and_older_days_do_not_matter(days):
    assert goal(days) == goal(sorted(days[:9]))
    if len(days) >= 9:
        assert goal(days[:9]) == goal([*days[:9], 40_000])


@given(DAYS, st.integers(3000, 12_000))
def test_never_rises_after_a_pause(days, previous):
    assert goal(days, previous, paused=True) == min(previous, goal(days))


@given(DAYS, st.integers(0, 14), st.integers(1, 5000))
def test_walking_more_on_a_day_never_lowers_the_goal(days, place, more):
    raised = [steps + more * (n == place) for n, steps in enumerate(days)]
    assert goal(raised) >= goal(days)


@given(DAYS, st.tuples(st.integers(2000, 12_000), st.integers(2000, 12_000)).map(sorted))
def test_a_goal_is_within_the_band_that_was_chosen(days, band):
    low, high = band
    inputs = Inputs(
        valid_steps=tuple(days),
        previous_steps=None,
        paused_lately=False,
        lowest_steps=low,
        highest_steps=high,
    )

    assert steps_for(inputs, RULE)[0] == max(low, min(high, goal(days)))
