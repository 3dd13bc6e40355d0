from datetime import UTC, datetime, timedelta

import pytest

from analytics import scores
from coaching.acts.choices import Pause, SetFrequency
from kindstep import demo, roster
from people.authorize import Actor, Role
from tests.coached import HOUR_US, MINUTE_US, Study

NOW_US = int(datetime(2026, 11, 26, 12, 40, tzinfo=UTC).timestamp()) * 1_000_000
PEOPLE = roster.members(NOW_US)
NEXT_WEEK = datetime.fromtimestamp(NOW_US / 1e6, UTC).date() + timedelta(weeks=1)


@pytest.fixture
def study():
    study = Study()
    for member in PEOPLE[:6]:
        study.join(member.id, day=NEXT_WEEK - timedelta(weeks=2), zone=member.zone)
    yield study
    study.close()


def walked(study, member, walk_min):
    """Let the day of a member lack a walk of so many minutes to half way from near the goal."""
    pace_spm = member.wearer().habits.pace_spm
    steps = 0.9 * 6000 - walk_min * pace_spm
    study.live(member.id, NOW_US - HOUR_US, 60, round(steps / 60))
    study.observe(member.id, day_of(study, member), NOW_US)


def day_of(study, member):
    return scores.today(study.db, member.id, NOW_US).day


def chosen(study):
    return demo.choose_live(study.db, study.engine, PEOPLE[:6], NOW_US)


def act(study, act):
    actor = Actor(act.participant, Role.PARTICIPANT)
    assert study.engine.act(study.db, actor, act, NOW_US - 3 * HOUR_US).ok


def test_the_first_is_who_needs_the_walk_that_the_demo_shows(study):
    walked(study, PEOPLE[0], 24)
    walked(study, PEOPLE[2], 14)
    first, *others = chosen(study)

    assert first.member is PEOPLE[2]
    assert first.program == (("walking", 14), ("desk", 16))
    assert [each.member for each in others] == [PEOPLE[0], PEOPLE[4]]


def test_nobody_is_chosen_whom_no_message_would_greet(study):
    walked(study, PEOPLE[0], 24)
    walked(study, PEOPLE[2], 14)
    walked(study, PEOPLE[4], 15)
    act(study, SetFrequency(participant=PEOPLE[2].id, pushes_a_day=1))
    act(study, Pause(participant=PEOPLE[4].id, reason="rest", until=NEXT_WEEK))

    assert chosen(study)[0].member is PEOPLE[0]


def test_who_has_come_near_the_goal_before_does_not_come_near_it_again(study):
    walked(study, PEOPLE[0], 24)
    walked(study, PEOPLE[2], 4.5)
    study.live(PEOPLE[2].id, NOW_US, 2, 60)
    study.observe(PEOPLE[2].id, day_of(study, PEOPLE[2]), NOW_US + 2 * MINUTE_US)

    assert chosen(study)[0].member is PEOPLE[0]


def test_all_of_them_live_where_it_is_late_afternoon(study):
    walked(study, PEOPLE[0], 24)
    walked(study, PEOPLE[1], 15)

    assert {each.member.zone for each in chosen(study)} == {PEOPLE[0].zone}
    assert PEOPLE[1].zone != PEOPLE[0].zone
