"""A study ends gradually, and somebody looks when steps fall afterwards."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from coaching import members
from coaching.post import delivery
from coaching.taper import rebound, share, span_days, tapered
from tests.coached import HOUR_US, MONDAY, Study, at, usc

WEEK_US = 7 * 24 * HOUR_US
RULES = usc().taper


@pytest.fixture
def study():
    study = Study(msgspec.structs.replace(usc(), weeks=4))
    study.join("ada")
    yield study
    study.close()


def ada(study):
    return members.one(study.db, "ada")


def test_pushes_grow_fewer_until_the_end(study):
    member, protocol = ada(study), study.protocol
    most = [
        delivery.most_pushes(member, protocol, member.until_us - round(left * WEEK_US))
        for left in (4, 2, 1.9, 1, 0.5, 0.01, 0)
    ]

    assert most == [5, 5, 5, 3, 2, 1, 0]
    assert delivery.most_pushes(replace(member, pushes_a_day=2), protocol, member.until_us) == 0


def test_each_step_of_it_stands_in_the_decisions(study):
    study.engine.tick(study.db, ada(study).until_us + 1)
    most = [each.state.most_pushes for each in study.decisions()]

    assert most[0] == 0  # decided after the end, when the hub was back
    assert sorted(most) == most


def test_points_grow_fewer_by_the_day_they_were_earned_on(study):
    last = MONDAY + timedelta(days=26)
    start_us, _ = at(last, "00:00"), None
    study.live("ada", at(last, "10:00"), 70, 100)
    study.observe("ada", last, at(last + timedelta(days=1), "09:00"), complete=True)

    left = share(ada(study), RULES.weeks, start_us)
    assert 0 < left < 0.2
    assert study.engine.points(study.db, "ada") == tapered(25, left)


def test_without_a_taper_everything_stays_until_the_end(study):
    assert share(ada(study), 0, ada(study).until_us - 1) == 1.0
    assert tapered(25, 1.0) == 25
    assert (tapered(25, 0.001), tapered(25, 0.0)) == (1, 0)


def test_an_end_for_everybody_comes_before_anybodys_weeks_are_over():
    ends = MONDAY + timedelta(days=5)
    study = Study(msgspec.structs.replace(usc(), ends=ends))
    study.join("ada")

    assert ada(study).until_us == at(ends + timedelta(days=1), "00:00")
    with pytest.raises(ValueError, match="ended"):
        study.join("ben", day=ends + timedelta(days=2))
    study.close()


def lived(study, before, after):
    """Give facts of the days around the end, so many steps before the taper and after it."""
    first = MONDAY
    found = []
    for day in range(36):
        date = first + timedelta(days=day)
        fact = study.fact("ada", date)
        steps = before if day < 28 else after
        found.append(replace(fact, steps=steps, step_minutes=900, valid=True))
    return found


@pytest.mark.parametrize(("after", "found"), [(6000, None), (4801, None), (4800, (6000, 4800))])
def test_a_fall_after_the_end_is_noticed(study, after, found):
    assert rebound(lived(study, 6000, after), ada(study), RULES, 3) == found


def test_the_weeks_after_are_watched_and_no_others(study):
    end_us = ada(study).until_us

    assert span_days(ada(study), RULES, end_us - 1) == 0
    assert span_days(ada(study), RULES, end_us + 5 * 24 * HOUR_US) == 5 + 14 + 14 + 1
    assert span_days(ada(study), RULES, end_us + 8 * WEEK_US) == 0


@pytest.mark.parametrize(("after", "is_alarmed"), [(6100, False), (4500, True)])
def test_the_coach_is_alarmed_when_steps_fall_once_it_is_over(study, after, is_alarmed):
    for day in range(28 + 9):
        study.tell("ada", MONDAY + timedelta(days=day), 6000 if day < 28 else after)
    flags = study.engine.flags(study.db, ["ada"], at(MONDAY + timedelta(days=37), "12:00"))
    alarms = [flag for flag in flags["ada"] if flag.kind == "rebound"]

    assert bool(alarms) is is_alarmed
    assert all(
        str(each.says).startswith("Since the study ended 4,500 steps") for each in alarms
    )
