"""Ten thousand recorded decisions of every policy; `kindstep replay` makes them again."""

import msgspec
import numpy as np
import pytest
from sqlalchemy import select, update

from coaching import grounds as grounds_of
from coaching import replay
from coaching.grounds import Grounds
from coaching.learned import beliefs, learning
from coaching.learned.beliefs import Version
from coaching.messages import library
from coaching.policies import FixedSchedule, MicroRandomised, Unprompted
from coaching.prompts import decisions as decisions_of
from coaching.prompts.decisions import decide
from coaching.prompts.state import State, Worn
from coaching.replay import Chosen
from coaching.tables import decisions
from tests.coached import HOUR_US, Study, usc
from tests.learned import POLICY
from tests.unit.test_availability import READY

PEOPLE, EACH = 40, 250
ARMS = {
    "schedule": FixedSchedule(),
    "chance": MicroRandomised(odds=0.6),
    "learned": POLICY,
    "nothing": Unprompted(),
}
RULES = msgspec.structs.replace(usc(), arms=ARMS)
GROUNDS = Grounds(RULES, library.load(), 11, [library.load("he")])


def state(rng, who, counter, arm):
    """Give a state like no other: about half of them speak against a message."""
    at_us = READY.at_us + counter * HOUR_US
    return msgspec.structs.replace(
        READY,
        participant=who,
        counter=counter,
        arm=arm,
        language=str(rng.choice(["en", "he"])),
        occasion=str(rng.choice(["morning", "midday", "afternoon"])),
        due_us=at_us - int(rng.integers(0, 100)) * 60_000_000,
        at_us=at_us,
        last_data_us=at_us - int(rng.integers(0, 12)) * 60_000_000,
        last_push_us=at_us - int(rng.integers(0, 9)) * HOUR_US,
        minute_of_day=int(rng.integers(7 * 60, 22 * 60)),
        pushes_today=int(rng.integers(0, 6)),
        paused=bool(rng.random() < 0.05),
        worn=Worn(rng.choice([Worn.STILL, Worn.MOVING, Worn.NOT_WORN], p=[0.5, 0.4, 0.1])),
        steps_30min=int(rng.integers(0, 170)),
        steps_today=int(rng.integers(500, 9000)),
        days_in=int(rng.integers(0, 9)),
        dose=float(rng.uniform(0, 20)),
        learned=POLICY.learned(POLICY.prior()) if arm == "learned" else None,
    )


def fill(db):
    """Record ten thousand decisions, and what ten people's were learned from."""
    grounds_of.keep(db, GROUNDS)
    rng = np.random.default_rng(4)
    rule = learning.rule_of(POLICY)
    grounds_of.keep_policy(db, rule, learning.canonical(POLICY))
    for n in range(PEOPLE):
        who, arm = f"p-{n:02d}", [*ARMS][n % len(ARMS)]
        if arm == "learned":
            first = Version(who, rule, 0, 0, None, 0, (), (), POLICY.prior())
            beliefs.write(db, [first])
        made = [decide(state(rng, who, counter, arm), GROUNDS) for counter in range(EACH)]
        decisions_of.record(db, made)


@pytest.fixture(scope="module")
def study():
    study = Study(RULES)
    fill(study.db)
    yield study
    study.close()


def recorded(study):
    return [decisions_of.from_row(row) for row in study.db.execute(select(decisions))]


def test_a_bit_that_was_touched_among_them_is_found(study):
    savepoint = study.db.begin_nested()
    which = (decisions.c.participant == "p-17") & (decisions.c.counter == 99)
    (odds,) = study.db.scalars(select(decisions.c.probability).where(which))
    touched = update(decisions).where(which).values(probability=np.nextafter(odds, 1))
    study.db.execute(touched)
    found = [each for every in replay.again(study.db, Chosen("p-17")) for each in every]
    savepoint.rollback()

    assert [(each.what, each.field) for each in found] == [("p-17:99", "probability")]


def test_availability_zero_never_sends_and_odds_are_those_that_were_logged(study):
    odds = {arm: set() for arm in ARMS}
    for made in recorded(study):
        assert (made.template is not None) == (made.draw < made.probability)
        if made.reasons:
            assert (made.probability, made.template, made.text) == (0.0, None, None)
        else:
            arm = ARMS[made.state.arm]
            assert made.probability == arm.probability(made.state, RULES.bounds)
            odds[made.state.arm].add(made.probability)

    low, high = RULES.bounds.lowest_odds, RULES.bounds.highest_odds
    assert (odds["schedule"], odds["chance"], odds["nothing"]) == ({1.0}, {0.6}, {0.0})
    assert low <= min(odds["learned"]) < max(odds["learned"]) <= high
    assert len(odds["learned"]) > 100


def test_odds_keep_their_bounds_whatever_is_believed():
    rng = np.random.default_rng(5)
    sure = [msgspec.structs.replace(learned_at(rng, size), days_in=9) for size in range(400)]
    odds = [POLICY.probability(each, RULES.bounds) for each in sure]

    assert (min(odds), max(odds)) == (RULES.bounds.lowest_odds, RULES.bounds.highest_odds)


def learned_at(rng, size) -> State:
    spread = rng.normal(size=(2, 2))
    learned = msgspec.structs.replace(
        POLICY.learned(POLICY.prior()),
        mean=tuple((rng.normal(size=2) * 2.0 ** (size % 40 - 20)).tolist()),
        covariance=tuple(map(tuple, (spread @ spread.T + 1e-3 * np.eye(2)).tolist())),
    )
    return msgspec.structs.replace(READY, learned=learned, dose=float(rng.uniform(0, 20)))
