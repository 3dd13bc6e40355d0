from datetime import date, timedelta

import pytest

from coaching.acts.choices import Pause, SetBand
from coaching.days.goals import Goal, Inputs, Verdict, judge, steps_for
from tests.coached import ADA, MONDAY, Study, at, usc

RULE = usc().goal
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def study():
    study = Study()
    study.join("ada")
    yield study
    study.close()


def goal_for(*valid_steps, previous=None, paused=False):
    inputs = Inputs(valid_steps=valid_steps, previous_steps=previous, paused_lately=paused)
    return steps_for(inputs, RULE)[0]


def goal(steps=6000, **known):
    inputs = Inputs(valid_steps=(), previous_steps=None, paused_lately=False)
    return Goal("ada", date(2024, 3, 4), steps, "", inputs, "", 0, **known)


def test_four_days_are_not_enough_for_a_goal_of_ones_own():
    assert goal_for(9000, 9000, 9000, 9000) == RULE.baseline_steps


def test_five_days_give_the_third_smallest():
    assert goal_for(5000, 9000, 7000, 4000, 8000) == 7000


def test_nine_days_give_the_sixth_smallest_and_a_tenth_is_forgotten():
    assert goal_for(4100, 4200, 4300, 4400, 4500, 4600, 4700, 4800, 4900, 11_000) == 4600


@pytest.mark.parametrize(("walked", "expected"), [(500, 2000), (20_000, 12_000)])
def test_stays_within_the_band(walked, expected):
    assert goal_for(*[walked] * 9) == expected


def test_does_not_rise_after_a_pause_but_may_fall():
    assert goal_for(*[8000] * 9, previous=6500, paused=True) == 6500
    assert goal_for(*[5000] * 9, previous=6500, paused=True) == 5000
    assert goal_for(*[8000] * 9, previous=6500) == 8000


@pytest.mark.parametrize(
    ("known", "complete", "paused", "expected"),
    [
        ({"done_steps": 6000}, False, False, Verdict.REACHED),
        ({"done_steps": 5999, "done_valid": True}, False, False, Verdict.PENDING),
        ({"done_steps": 5999, "done_valid": True}, True, False, Verdict.MISSED),
        ({"done_steps": 5999, "done_valid": True}, True, True, Verdict.PAUSED),
        ({"done_steps": 200, "done_valid": False}, True, False, Verdict.UNKNOWN),
        ({"done_steps": None, "done_valid": True}, True, False, Verdict.UNKNOWN),
        ({"done_steps": 10, "verdict": Verdict.REACHED}, True, False, Verdict.REACHED),
        ({"done_steps": 6100, "verdict": Verdict.MISSED}, True, False, Verdict.REACHED),
    ],
)
def test_verdict(known, complete, paused, expected):
    assert judge(goal(**known), complete=complete, paused=paused) is expected


def test_a_goal_is_set_at_enrolment_and_at_each_midnight(study):
    first = study.engine.goal(study.db, "ada", MONDAY)
    assert first is not None
    assert first.steps == RULE.baseline_steps
    assert study.engine.goal(study.db, "ada", TUESDAY) is None

    study.engine.tick(study.db, at(TUESDAY, "00:00"))
    second = study.engine.goal(study.db, "ada", TUESDAY)
    assert second is not None
    assert second.decided_us == at(TUESDAY, "00:00")


def test_a_goal_that_stands_is_not_set_again(study):
    day = MONDAY
    for steps in (7000, 7100, 7200, 7300, 7400, 7500):
        study.whole_day("ada", day, steps)
        day += timedelta(days=1)
    before = study.engine.goal(study.db, "ada", day)
    study.whole_day("ada", MONDAY, 11_000)

    assert before is not None
    assert before.steps == 7200  # of the five whose facts were known at midnight
    assert study.engine.goal(study.db, "ada", day) == before


def test_no_rise_in_the_week_after_an_illness(study):
    day = MONDAY
    for _ in range(9):
        study.whole_day("ada", day, 5000)
        day += timedelta(days=1)
    ill = Pause(participant="ada", reason="sick", until=day + timedelta(days=1))
    study.engine.act(study.db, ADA, ill, at(day, "08:00"))
    for _ in range(8):
        study.whole_day("ada", day, 9000)
        day += timedelta(days=1)

    past = [study.engine.goal(study.db, "ada", day - timedelta(days=n)) for n in range(9)]
    steps = [each.steps for each in past if each][::-1]
    assert steps[:8] == [5000] * 8
    assert steps[8] == 9000


def test_missed_only_when_the_day_is_complete_and_late_data_still_counts(study):
    evening = at(MONDAY, "23:00")
    study.live("ada", at(MONDAY, "07:00"), 720, 5)
    study.observe("ada", MONDAY, evening)
    assert verdict(study) is Verdict.PENDING
    study.observe("ada", MONDAY, at(TUESDAY, "09:00"))
    assert verdict(study) is Verdict.PENDING

    study.live("ada", at(MONDAY, "20:00"), 60, 50)
    study.observe("ada", MONDAY, at(TUESDAY, "10:00"), complete=True)
    assert verdict(study) is Verdict.REACHED


def test_a_complete_day_below_the_goal_is_missed(study):
    study.whole_day("ada", MONDAY, 5000)
    assert verdict(study) is Verdict.MISSED


def test_a_day_hardly_worn_is_unknown_not_missed(study):
    study.live("ada", at(MONDAY, "07:00"), 300, 5)
    study.observe("ada", MONDAY, at(TUESDAY, "10:00"), complete=True)
    assert verdict(study) is Verdict.UNKNOWN


def verdict(study):
    goal = study.engine.goal(study.db, "ada", MONDAY)
    assert goal is not None
    return goal.verdict


def test_a_band_that_was_chosen_holds_from_the_next_day_on():
    study = Study()
    study.join("ada")
    choose = SetBand(participant="ada", lowest_steps=7000, highest_steps=9000)
    outcome = study.engine.act(study.db, ADA, choose, at(MONDAY, "09:00"))
    assert str(outcome.says) == "From tomorrow your goal is within 7,000 to 9,000 steps."
    study.engine.tick(study.db, at(MONDAY + timedelta(days=1), "00:00"))

    today = study.engine.goal(study.db, "ada", MONDAY)
    tomorrow = study.engine.goal(study.db, "ada", MONDAY + timedelta(days=1))
    assert (today.steps, tomorrow.steps) == (6000, 7000)
    assert tomorrow.reason == "the least you chose"
    assert study.engine.choices(study.db, "ada", 0).band == (7000, 9000)
    for low, high in ((1000, 9000), (9000, 7000), (7000, 20_000)):
        refused = SetBand(participant="ada", lowest_steps=low, highest_steps=high)
        assert not study.engine.act(study.db, ADA, refused, at(MONDAY, "09:00")).ok
    study.close()
