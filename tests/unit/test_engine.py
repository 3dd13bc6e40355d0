from datetime import date, timedelta

import msgspec
import pytest

from analytics.epochs import State
from coaching.acts.choices import Pause, Resume
from coaching.engine import Verdict
from coaching.prompts.kind import Kind
from coaching.prompts.state import Worn
from people import registry
from tests.coached import ADA, HOUR_US, MINUTE_US, MONDAY, Study, at, usc

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def study():
    study = Study()
    study.join("ada")
    yield study
    study.close()


@pytest.fixture
def comforting():
    prompts = msgspec.structs.replace(
        usc().prompts, after_missed_at=usc().prompts.schedule[0].at
    )
    study = Study(msgspec.structs.replace(usc(), prompts=prompts))
    study.join("ada")
    yield study
    study.close()


def sit(study, day, start="07:00", hours=14, who="ada"):
    study.live(who, at(day, start), hours * 60, 1)


def made(study, occasion):
    return [each for each in study.decisions() if each.state.occasion == occasion]


def test_texts_come_at_the_set_times(study):
    sit(study, MONDAY)
    study.engine.tick(study.db, at(MONDAY, "09:29"))
    assert study.inbox("ada", at(MONDAY, "09:29")) == []

    changed = study.engine.tick(study.db, at(MONDAY, "09:30"))
    (item,) = study.inbox("ada", at(MONDAY, "09:30"))
    assert changed == {"ada"}
    assert item.sender == "coach"
    assert item.sent_us == at(MONDAY, "09:30")
    assert item.options == ("On my way", "Later today", "Not for me")


def test_what_is_due_next_is_known(study):
    assert study.engine.next_due_us(study.db) == at(MONDAY, "09:30")
    sit(study, MONDAY)
    study.engine.tick(study.db, at(MONDAY, "09:30"))
    assert study.engine.next_due_us(study.db) == at(MONDAY, "11:00")  # the prompt expires
    study.engine.tick(study.db, at(MONDAY, "11:00"))
    assert study.engine.next_due_us(study.db) == at(MONDAY, "13:00")


def test_a_second_tick_changes_nothing(study):
    sit(study, MONDAY)
    study.engine.tick(study.db, at(MONDAY, "13:00"))
    before = study.decisions()

    assert study.engine.tick(study.db, at(MONDAY, "13:00")) == set()
    assert study.decisions() == before


def test_the_record_holds_what_was_seen(study):
    study.live("ada", at(MONDAY, "08:00"), 270, 2)
    study.live("ada", at(MONDAY, "12:30"), 20, 4)
    study.observe("ada", MONDAY, at(MONDAY, "12:51"))
    study.engine.tick(study.db, at(MONDAY, "13:00"))

    (decision,) = made(study, "midday")
    state = decision.state
    assert (state.due_us, state.at_us) == (at(MONDAY, "13:00"), at(MONDAY, "13:00"))
    assert state.steps_30min == 80
    assert state.steps_2h == 90 * 2 + 80
    assert state.steps_today == 270 * 2 + 80
    assert state.goal_steps == 6000
    assert state.last_data_us == at(MONDAY, "12:50")
    assert state.worn is Worn.MOVING
    assert state.minute_of_day == 13 * 60
    assert decision.protocol == study.engine.protocol_digest


def test_a_point_that_was_slept_through_is_logged_as_too_late(study):
    sit(study, MONDAY)
    study.engine.tick(study.db, at(MONDAY, "12:00"))

    (decision,) = study.decisions()
    assert decision.reasons == ("too_late",)
    assert decision.probability == 0.0
    assert study.inbox("ada", at(MONDAY, "12:00")) == []


def test_a_hub_down_for_three_days_logs_every_point_and_sends_none(study):
    study.engine.tick(study.db, at(MONDAY + timedelta(days=3), "08:00"))

    decisions = study.decisions()
    assert len(decisions) == 9
    assert all("too_late" in decision.reasons for decision in decisions)
    assert [each.state.counter for each in decisions] == [*range(9)]
    assert [each.state.due_us for each in decisions] == sorted(
        d.state.due_us for d in decisions
    )


def test_no_data_is_not_inactivity(study):
    study.engine.tick(study.db, at(MONDAY, "09:30"))

    (decision,) = study.decisions()
    assert decision.reasons == ("stale",)
    assert decision.state.worn is Worn.NO_DATA
    assert decision.state.steps_2h is None


def test_taken_off_is_its_own_reason(study):
    study.live("ada", at(MONDAY, "08:30"), 60, state=State.NOT_WORN)
    study.engine.tick(study.db, at(MONDAY, "09:30"))

    assert study.decisions()[0].reasons == ("not_worn",)


def test_near_the_goal_names_the_minute(study):
    study.live("ada", at(MONDAY, "10:00"), 49, 100)  # 4,900 of 6,000: the 48th minute is 80 %
    now_us = at(MONDAY, "10:50")
    assert study.observe("ada", MONDAY, now_us) == {"ada"}

    (decision,) = made(study, "near_goal")
    assert decision.state.kind == "near_goal"
    assert decision.state.epoch_us == at(MONDAY, "10:47")
    assert decision.state.due_us == at(MONDAY, "10:48")
    assert decision.state.steps_today == 4900
    (item,) = study.inbox("ada", now_us)
    assert item.why is not None
    assert "80%" in str(item.why.rule)
    assert "10:48" in str(item.why.rule)
    assert "4,900 of 6,000" in str(item.why.data)


@pytest.mark.parametrize("clock", ["07:50", "10:50", "21:10"])
def test_what_speaks_against_a_message_is_told_before_it_is_decided(study, clock):
    now_us = at(MONDAY, clock)
    study.live("ada", now_us - 60 * MINUTE_US, 11, 1)
    told = study.engine.against(study.db, "ada", Kind.NEAR_GOAL, now_us)
    assert made(study, "near_goal") == []
    assert study.engine.against(study.db, "nobody", Kind.NEAR_GOAL, now_us) is None

    study.live("ada", now_us - 49 * MINUTE_US, 49, 100)
    study.observe("ada", MONDAY, now_us)
    (decision,) = made(study, "near_goal")
    assert told == decision.reasons


def test_near_the_goal_is_once_a_day(study):
    study.live("ada", at(MONDAY, "10:00"), 49, 100)
    study.observe("ada", MONDAY, at(MONDAY, "10:50"))
    study.live("ada", at(MONDAY, "10:49"), 3, 100)
    study.observe("ada", MONDAY, at(MONDAY, "10:53"))

    assert len(made(study, "near_goal")) == 1


def test_below_the_share_or_beyond_the_goal_is_not_near(study):
    study.live("ada", at(MONDAY, "10:00"), 47, 100)
    study.observe("ada", MONDAY, at(MONDAY, "10:50"))
    assert made(study, "near_goal") == []

    study.live("ada", at(MONDAY, "10:47"), 20, 100)
    study.observe("ada", MONDAY, at(MONDAY, "11:10"))
    assert made(study, "near_goal") == []


def test_hours_handed_over_late_bring_no_stale_prompt(study):
    study.live("ada", at(MONDAY, "10:00"), 49, 100)
    study.observe("ada", MONDAY, at(MONDAY, "19:00"))

    (decision,) = made(study, "near_goal")
    assert decision.reasons == ("too_late",)
    assert study.inbox("ada", at(MONDAY, "19:00")) == []


def test_points_are_awarded_once_also_by_late_data(study):
    study.live("ada", at(MONDAY, "07:00"), 720, 5)
    study.observe("ada", MONDAY, at(MONDAY, "19:30"))
    assert study.engine.points(study.db, "ada") == 0

    study.live("ada", at(MONDAY, "20:00"), 24, 100)
    for clock in ("10:00", "10:01", "10:02"):
        study.observe("ada", MONDAY, at(TUESDAY, clock), complete=True)
    assert study.engine.points(study.db, "ada") == 25
    study.live("ada", at(MONDAY, "21:00"), 10, 100)
    study.observe("ada", MONDAY, at(TUESDAY, "11:00"), complete=True)
    assert study.engine.points(study.db, "ada") == 25


def test_the_same_fact_twice_changes_nothing(study):
    study.live("ada", at(MONDAY, "10:00"), 70, 100)
    assert study.observe("ada", MONDAY, at(MONDAY, "11:15")) == {"ada"}
    goal, decisions = study.engine.goal(study.db, "ada", MONDAY), study.decisions()

    assert study.observe("ada", MONDAY, at(MONDAY, "11:15")) == set()
    assert study.engine.goal(study.db, "ada", MONDAY) == goal
    assert study.decisions() == decisions


def test_enough_points_with_a_cause_give_once():
    daily = {"daily_goal": usc().points["daily_goal"]}
    study = Study(msgspec.structs.replace(usc(), points=daily, assumed=()))
    study.join("ada", cause="veterans")
    for n in range(11):
        study.whole_day("ada", MONDAY + timedelta(days=n), 6500)

    giving = study.engine.giving(study.db, "ada")
    assert study.engine.points(study.db, "ada") == 11 * 25
    assert (giving.vouchers, giving.points, giving.threshold) == (1, 25, 250)
    assert giving.cause == "veterans"
    study.close()


def test_a_pause_mutes_prompts_and_never_misses(study):
    pause = Pause(participant="ada", reason="vacation", until=TUESDAY + timedelta(days=1))
    outcome = study.engine.act(study.db, ADA, pause, at(MONDAY, "08:00"))
    assert outcome.ok
    study.whole_day("ada", MONDAY, 1000)

    assert {each.reasons for each in study.decisions()} == {
        ("too_late", "paused", "quiet_hours")
    }
    goal = study.engine.goal(study.db, "ada", MONDAY)
    assert goal is not None
    assert goal.verdict is Verdict.PAUSED


def test_who_resumes_is_prompted_again(study):
    pause = Pause(participant="ada", reason="rest", until=MONDAY + timedelta(days=5))
    study.engine.act(study.db, ADA, pause, at(MONDAY, "08:00"))
    study.engine.act(study.db, ADA, Resume(participant="ada"), at(MONDAY, "09:00"))
    sit(study, MONDAY)
    study.engine.tick(study.db, at(MONDAY, "09:30"))

    assert len(study.inbox("ada", at(MONDAY, "09:30"))) == 1


def test_a_missed_day_brings_words_only_once_it_is_certain(comforting):
    study = comforting
    sit(study, MONDAY)
    study.engine.tick(study.db, at(TUESDAY, "08:00"))
    study.observe("ada", MONDAY, at(TUESDAY, "08:00"))
    assert study.engine.next_due_us(study.db) == at(TUESDAY, "09:30")
    study.observe("ada", MONDAY, at(TUESDAY, "08:30"), complete=True)
    study.live("ada", at(TUESDAY, "08:00"), 90, 1)
    study.engine.tick(study.db, at(TUESDAY, "09:30"))

    (decision,) = made(study, "after_missed")
    assert decision.state.kind == "after_missed"
    assert decision.state.due_us == at(TUESDAY, "09:30")


def test_the_comparison_group_is_logged_and_left_alone():
    study = Study()
    study.join("ada", arm="unprompted")
    sit(study, MONDAY)
    study.engine.tick(study.db, at(MONDAY, "13:00"))

    assert len(study.decisions()) == 2
    assert study.inbox("ada", at(MONDAY, "13:00")) == []
    study.close()


def test_set_times_follow_the_clock_on_the_wall_over_a_change():
    study = Study()
    saturday = date(2024, 3, 30)
    study.join("ada", day=saturday)
    study.engine.tick(study.db, at(saturday + timedelta(days=2), "00:00"))

    due = [each.state.due_us for each in study.decisions()]
    assert due[3:] == [at(saturday + timedelta(days=1), c) for c in ("09:30", "13:00", "17:30")]
    assert due[3] - due[0] == 23 * HOUR_US
    study.close()


def test_who_flew_is_asked_at_the_set_time_of_where_they_are(study):
    registry.set_zone(study.db, "ada", "America/New_York", at(MONDAY, "10:00"))
    study.engine.tick(study.db, at(MONDAY, "23:00"))

    due = [each.state.due_us for each in study.decisions()]
    assert due == [
        at(MONDAY, "09:30"),
        at(MONDAY, "13:00", "America/New_York"),
    ]


def test_the_study_ends():
    study = Study(msgspec.structs.replace(usc(), weeks=2))
    study.join("ada")
    ends_us = at(MONDAY, "07:00") + 2 * 7 * 24 * HOUR_US
    study.engine.tick(study.db, ends_us + 24 * HOUR_US)

    assert max(each.state.due_us for each in study.decisions()) < ends_us
    assert study.engine.next_due_us(study.db) is None
    day = registry.local_day(study.db, "ada", ends_us) + timedelta(days=2)
    study.live("ada", at(day, "10:00"), 80, 100)
    study.observe("ada", day, at(day, "12:00"))
    assert study.engine.points(study.db, "ada") == 0
    study.close()


def test_strangers_are_no_concern_of_the_coach(study):
    registry.add_person(study.db, registry.Person("zoe", registry.Role.PARTICIPANT), 0)
    registry.set_zone(study.db, "zoe", "Europe/Berlin", 0)
    study.live("zoe", at(MONDAY, "10:00"), 70, 100)

    assert study.observe("zoe", MONDAY, at(MONDAY, "12:00")) == set()


def test_enrolling_twice_is_enrolling_once(study):
    study.engine.enrol(study.db, "ada", at(TUESDAY, "08:00"), "unprompted")
    sit(study, MONDAY)
    study.engine.tick(study.db, at(MONDAY, "09:30"))

    assert study.decisions()[0].state.arm == "prompted"


def test_an_arm_or_a_cause_the_protocol_does_not_know_is_refused(study):
    with pytest.raises(ValueError, match="placebo"):
        study.engine.enrol(study.db, "ben", at(MONDAY, "07:00"), "placebo")
    with pytest.raises(ValueError, match="whales"):
        study.engine.enrol(study.db, "ben", at(MONDAY, "07:00"), "prompted", "whales")


def test_two_people_share_no_state(study):
    study.join("ben", clock="07:01")
    sit(study, MONDAY)
    study.engine.tick(study.db, at(MONDAY, "09:30"))

    assert len(study.inbox("ada", at(MONDAY, "09:30"))) == 1
    assert study.inbox("ben", at(MONDAY, "09:30")) == []
    (decision,) = study.decisions("ben")
    assert decision.reasons == ("stale",)
    assert decision.state.at_us - decision.state.due_us < MINUTE_US


def test_who_has_not_stirred_all_morning_is_left_to_sleep(study):
    study.live("ada", at(MONDAY, "06:30"), 180)
    study.engine.tick(study.db, at(MONDAY, "09:30"))

    (decision,) = study.decisions()
    assert decision.state.still_min == 180
    assert decision.reasons == ("asleep",)


def test_a_strap_alone_says_nothing_of_sleep(study):
    study.live("ada", at(MONDAY, "06:30"), 180, state=State.WORN_STILL, counts=False)
    study.engine.tick(study.db, at(MONDAY, "09:30"))

    (decision,) = study.decisions()
    assert decision.state.steps_2h is None
    assert decision.reasons == ()
