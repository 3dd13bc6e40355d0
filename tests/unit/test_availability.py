import msgspec
import pytest

from coaching.prompts.availability import reasons
from coaching.prompts.reason import WORDS, Reason
from coaching.prompts.state import State, Worn
from tests.coached import HOUR_US, MINUTE_US, usc

NOON_US = 12 * HOUR_US
USC = usc()

READY = State(
    participant="ada",
    counter=0,
    arm="prompted",
    kind="scheduled",
    occasion="midday",
    language="en",
    due_us=NOON_US,
    at_us=NOON_US,
    minute_of_day=12 * 60,
    quiet_start_minute=21 * 60,
    quiet_end_minute=8 * 60,
    handed_over=False,
    paused=False,
    snoozed=False,
    last_push_us=None,
    pushes_today=0,
    most_pushes=5,
    used=(),
    last_data_us=NOON_US - MINUTE_US,
    worn=Worn.STILL,
    still_min=20,
    steps_30min=10,
    steps_2h=400,
    steps_today=3000,
    goal_steps=6000,
    catching_up=False,
)


def found(**changed):
    return reasons(msgspec.structs.replace(READY, **changed), USC)


def test_nothing_speaks_against_a_quiet_noon():
    assert found() == ()


@pytest.mark.parametrize(
    ("just", "too_much", "reason"),
    [
        ({"at_us": NOON_US + 90 * MINUTE_US}, {"at_us": NOON_US + 91 * MINUTE_US}, "too_late"),
        ({"handed_over": False}, {"handed_over": True}, "handed_over"),
        ({"paused": False}, {"paused": True}, "paused"),
        ({"snoozed": False}, {"snoozed": True}, "snoozed"),
        ({"minute_of_day": 21 * 60 - 1}, {"minute_of_day": 21 * 60}, "quiet_hours"),
        ({"minute_of_day": 8 * 60}, {"minute_of_day": 8 * 60 - 1}, "quiet_hours"),
        ({"pushes_today": 4}, {"pushes_today": 5}, "budget"),
        (
            {"last_push_us": NOON_US - 60 * MINUTE_US},
            {"last_push_us": NOON_US - 59 * MINUTE_US},
            "prompted",
        ),
        (
            {"last_data_us": NOON_US - 60 * MINUTE_US},
            {"last_data_us": NOON_US - 61 * MINUTE_US},
            "stale",
        ),
        ({"last_data_us": NOON_US}, {"last_data_us": None}, "stale"),
        ({"worn": Worn.MOVING}, {"worn": Worn.NOT_WORN}, "not_worn"),
        ({"steps_30min": 149}, {"steps_30min": 150}, "walking"),
        ({"steps_2h": 2000}, {"steps_2h": 2001}, "active"),
    ],
)
def test_each_threshold_on_both_sides(just, too_much, reason):
    assert found(**just) == ()
    assert found(**too_much) == (reason,)


def test_all_reasons_are_given():
    several = found(paused=True, pushes_today=9, steps_30min=500)

    assert several == (Reason.PAUSED, Reason.BUDGET, Reason.WALKING)


def test_who_has_not_stirred_since_quiet_hours_is_taken_for_asleep():
    assert found(minute_of_day=9 * 60, still_min=179) == ()
    assert found(minute_of_day=9 * 60, still_min=180) == (Reason.ASLEEP,)
    assert found(minute_of_day=11 * 60 + 1, still_min=180) == ()
    later = {"minute_of_day": 11 * 60 + 40, "at_us": NOON_US + 40 * MINUTE_US}
    assert found(still_min=180, **later) == (Reason.ASLEEP,)
    assert found(still_min=179, **later) == ()


def test_sitting_still_at_noon_is_not_sleep():
    assert found(still_min=239) == ()


def test_steps_that_nobody_counted_do_not_stand_for_rest_or_walking():
    assert found(steps_30min=None, steps_2h=None) == ()


def test_near_the_goal_walking_is_what_brought_one_there():
    assert found(kind="near_goal", steps_30min=2500, steps_2h=4000) == ()
    assert found(kind="near_goal", steps_30min=2500, paused=True) == (Reason.PAUSED,)


def test_quiet_hours_can_be_turned_off():
    assert found(minute_of_day=3 * 60, quiet_start_minute=0, quiet_end_minute=0) == ()


def test_every_reason_has_words():
    assert {*WORDS} == {*Reason}
