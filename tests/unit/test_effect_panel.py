"""The panel of effect over decisions whose outcomes are known to the step."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import numpy as np
import pytest
from sqlalchemy import insert

from analytics import days as days_of
from analytics.tables import day_facts
from coaching import features, members
from coaching.features import Chance, Feature
from coaching.grounds import Grounds
from coaching.members import Member
from coaching.messages import library
from coaching.policies import MicroRandomised
from coaching.prompts import decisions
from coaching.prompts.decisions import decide
from coaching.tables import goals, outcomes
from people import registry
from tests.coached import BERLIN, HOUR_US, MONDAY, Study, usc
from tests.unit.test_availability import READY

DAY_US = 24 * HOUR_US
CHANCE = msgspec.structs.replace(usc(), arms={"prompted": MicroRandomised(odds=0.5)})
GROUNDS = Grounds(CHANCE, library.load(), 7)
OCCASIONS = ["morning", "midday", "afternoon"]


def lives(study, people, adds, days=10, minutes=30):
    """Let everyone be considered thrice a day; a message adds so many log steps at a dose."""
    rng = np.random.default_rng(5)
    for who in (f"p{n:02d}" for n in range(people)):
        members.enrol(study.db, Member(who, "prompted", 0, 99 * DAY_US, 0, 0))
        dose, own = float(rng.uniform(0, 3)), rng.normal(0, 0.3)
        for counter in range(3 * days):
            at_us = counter // 3 * DAY_US + (9 + 4 * (counter % 3)) * HOUR_US
            state = msgspec.structs.replace(
                READY,
                participant=who,
                counter=counter,
                occasion=OCCASIONS[counter % 3],
                at_us=at_us,
                due_us=at_us,
                last_data_us=at_us,
                days_in=counter // 3,
                dose=dose,
            )
            made = decide(state, GROUNDS)
            sent = made.template is not None
            logged = 4 + own + sent * adds(dose) + rng.normal(0, 0.3)
            decisions.record(study.db, [made])
            row = {"participant": who, "counter": counter, "start_us": at_us}
            row |= {"minutes": minutes, "steps": round(np.exp(logged) - 0.5)}
            study.db.execute(insert(outcomes).values(row))
            dose = 0.95 * dose + sent


@pytest.fixture
def study():
    study = Study(CHANCE)
    yield study
    study.close()


def panel(study, people=14):
    return study.engine.effect(study.db, [f"p{n:02d}" for n in range(people)])


def test_tells_the_effect_by_occasion_and_week(study):
    lives(study, 14, lambda _: 0.3)
    told = panel(study)

    assert told.people == 14
    assert told.overall.points == 14 * 30
    assert str(told.overall.refused) == ""
    assert told.overall.effect.low < 0.3 < told.overall.effect.high
    assert told.overall.effect.low > 0.1
    assert str(told.overall.says).startswith("+")
    assert [str(each.name) for each in told.by_occasion] == ["afternoon", "midday", "morning"]
    assert [str(each.name) for each in told.by_week] == ["Week 1", "Week 2"]
    assert all(each.effect for each in told.by_occasion)
    assert "does not wear off" in str(told.habituation.says)
    always, _, never = told.other_odds
    assert always.log_steps - never.log_steps == pytest.approx(0.3, abs=0.15)
    assert always.effective == pytest.approx(210, abs=40)


def test_fewer_messages_are_proposed_where_the_effect_wears_off(study):
    lives(study, 20, lambda dose: 1.2 - 0.2 * dose, days=14)
    found = panel(study, 20).habituation

    assert 0 < found.proposed_a_day < found.messages_a_day < 1.5
    assert found.curve[0][1].low > 0 > found.curve[-1][1].value
    assert "send at most" in str(found.says)


@pytest.mark.parametrize(
    ("people", "minutes", "says"),
    [
        (10, 30, "10 people, of at least 11"),
        (14, 23, "0 people, of at least 11"),
    ],
)
def test_nothing_is_told_below_a_floor(study, people, minutes, says):
    lives(study, people, lambda _: 0.3, minutes=minutes)
    told = panel(study)

    for each in (told.overall, *told.by_occasion, told.habituation, *told.other_odds):
        assert str(each.says) == f"Not told: {says}."


def test_only_those_who_are_asked_for_count(study):
    lives(study, 14, lambda _: 0.3)

    assert panel(study, 12).people == 12
    assert str(panel(study, 0).overall.says) == "Not told: 0 people, of at least 11."


def features_lived(study, people, adds, days=16):
    """Let chance decide on boards and nudges each day; each adds so many log steps."""
    rng, chance = np.random.default_rng(6), Chance(dict.fromkeys(adds, 0.5), "", 7)
    known = {"steps": 6000, "reason": "", "inputs": b"{}", "protocol": "", "decided_us": 0}
    for who in (f"p{n:02d}" for n in range(people)):
        registry.set_zone(study.db, who, BERLIN, 0)
        own = rng.normal(8.5, 0.4)
        for n in range(days):
            day = MONDAY + timedelta(days=n)
            drawn = chance.draw(who, day, n, 0)
            features.record(study.db, drawn)
            more = sum(adds[each.feature] for each in drawn if each.is_on)
            steps = round(np.exp(own + more + rng.normal(0, 0.2)))
            told = {"participant": who, "day": day, "done_steps": steps, "done_valid": True}
            study.db.execute(insert(goals), [known | told | {"verdict": "reached"}])
            if n < days - 1:  # of the last one something is still to come
                fact = replace(study.fact(who, day, complete=True), steps=steps)
                study.db.execute(insert(day_facts), [days_of.as_row(fact)])


def test_social_features_are_told_by_the_steps_of_their_day(study):
    features_lived(study, 14, {Feature.BOARD: 0.3, Feature.CHEER: 0.0})
    found = {str(each.name): each for each in panel(study).by_feature}

    assert {*found} == {"board", "cheer"}
    assert [each.points for each in found.values()] == [14 * 15] * 2
    assert found["board"].effect.low < 0.3 < found["board"].effect.high
    assert found["board"].effect.low > 0.15
    assert not found["cheer"].effect.excludes(0.0)
    assert str(panel(study, 10).by_feature[0].says) == "Not told: 10 people, of at least 11."
