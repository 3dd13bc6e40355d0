"""Late data never wrongs anybody, and a break costs nobody their row of days."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from coaching.days.goals import Goal, Inputs, Verdict, judge
from coaching.days.streaks import streak

DAY = date(2024, 3, 4)
SEEN = Inputs(valid_steps=(), previous_steps=None, paused_lately=False)
STEPS = st.integers(0, 12_000)


def goal(verdict=Verdict.PENDING, back=0):
    day = DAY - timedelta(days=back)
    return Goal("ada", day, 6000, "", SEEN, "", 0, verdict=verdict)


def told(steps, *, last_is_complete, paused=False):
    """Let a day be told again and again; give each verdict."""
    now, verdicts = goal(), []
    for index, known in enumerate(steps):
        complete = last_is_complete and index == len(steps) - 1
        now = replace(now, done_steps=known, done_valid=True)
        now = replace(now, verdict=judge(now, complete=complete, paused=paused))
        verdicts.append(now.verdict)
    return verdicts


@given(st.lists(STEPS, min_size=1, max_size=8).map(sorted))
def test_no_day_is_missed_while_data_may_still_come(steps):
    assert Verdict.MISSED not in told(steps, last_is_complete=False)
    *before, last = told(steps, last_is_complete=True)

    assert Verdict.MISSED not in before
    assert last is (Verdict.REACHED if steps[-1] >= 6000 else Verdict.MISSED)


@given(st.lists(STEPS, min_size=2, max_size=8).map(sorted))
def test_what_was_missed_is_reached_once_late_data_says_so(steps):
    now = replace(goal(Verdict.MISSED), done_steps=steps[-1], done_valid=True)

    assert judge(now, complete=True, paused=False) is (
        Verdict.REACHED if steps[-1] >= 6000 else Verdict.MISSED
    )


@given(st.lists(STEPS, min_size=1, max_size=8).map(sorted))
def test_a_break_never_brings_a_missed_day(steps):
    assert Verdict.MISSED not in told(steps, last_is_complete=True, paused=True)


@given(
    st.lists(st.sampled_from(Verdict), max_size=20),
    st.integers(0, 20),
    st.integers(1, 14),
)
def test_a_break_anywhere_leaves_the_row_as_it_was(verdicts, where, days):
    rested = [Verdict.PAUSED] * days
    with_break = verdicts[:where] + rested + verdicts[where:]

    assert streak(map(goal, with_break)) == streak(map(goal, verdicts))


def test_a_row_of_days_ends_where_one_was_missed():
    row = [Verdict.PENDING, Verdict.REACHED, Verdict.UNKNOWN, Verdict.REACHED, Verdict.MISSED]

    assert streak(map(goal, [*row, Verdict.REACHED])) == 2
