"""Weeks that simulated people lived: the ledger balances, every decision can be made again."""

from datetime import date

import pytest
from sqlalchemy import func, select, update

from analytics.runner import Runner
from analytics.tables import day_facts
from coaching import replay
from coaching.challenges.recount import recount
from coaching.challenges.tables import challenge_members
from coaching.days.goals import Verdict
from coaching.engine import Engine
from coaching.giving import gifts, points
from coaching.giving.tables import ledger_entries
from coaching.giving.tables import points as points_paid
from coaching.tables import decisions, goals
from ingest.archive import Archive
from ingest.log.sqlite import SqliteLog
from ingest.store.postgresql import PostgresqlStore
from ingest.store.sqlite import SqliteStore
from kindstep import demo, history, roster, study
from kindstep.tables import METADATAS

NOW_US = 1_790_000_000_000_000
PEOPLE = 12
WEEKS = 2


class Undo(Exception):
    """Leave the history as it was."""


def in_sqlite(_request, folder):
    return SqliteStore(folder / "study.db", METADATAS)


def in_postgresql(request, _folder):
    return PostgresqlStore(request.getfixturevalue("postgresql").database(), METADATAS)


@pytest.fixture(scope="module", params=[in_sqlite, in_postgresql])
def store(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("history")
    store, log = request.param(request, folder), SqliteLog(folder / "log")
    engine = Engine(study.load(None), site_seed=1)
    runner = Runner(store, log, Archive(folder / "archive"), (engine.observe,))
    people = roster.members(NOW_US)[:PEOPLE]
    worn = [history.Devices(m, demo.glasses_of(m), demo.strap_of(m)) for m in people]
    past = history.begin(store, runner, engine, worn, NOW_US, WEEKS)
    past.wind(NOW_US, lambda _share: None)
    yield store
    log.close()
    store.close()


@pytest.fixture
def db(store):
    with store.reading() as db:
        yield db


def count(db, table):
    return db.scalar(select(func.count()).select_from(table))


def days_with(db, table, condition):
    """Give whose days these are."""
    found = db.execute(select(table.c.participant, table.c.day).where(condition))
    return {tuple(row) for row in found}


def verify(db):
    """Make everything again; give how much, and every difference."""
    everything = replay.Chosen()
    found = [each for record in replay.again(db, everything) for each in record]
    return replay.count(db, everything), found


def test_every_decision_and_goal_recomputes_to_the_same_bits(db):
    made, differences = verify(db)

    assert differences == []
    assert made == count(db, decisions) + count(db, goals)
    assert count(db, decisions) > PEOPLE * WEEKS * 7
    assert count(db, goals) >= PEOPLE * WEEKS * 7


def test_challenges_ran_and_their_sums_are_those_of_their_members(db):
    kept = recount(db)

    assert kept == []
    assert count(db, challenge_members) >= PEOPLE


@pytest.mark.parametrize(
    ("field", "value"),
    [("probability", 0.5), ("template", "midday-stretch"), ("draw", 0.25), ("reasons", b"[]")],
)
def test_one_decision_that_was_tampered_with_is_found(store, field, value):
    def tamper(db):
        held_back = decisions.c.probability == 0
        who, counter = db.execute(
            select(decisions.c.participant, decisions.c.counter).where(held_back).limit(1)
        ).one()
        this = (decisions.c.participant == who) & (decisions.c.counter == counter)
        db.execute(update(decisions).where(this).values({field: value}))
        _, differences = verify(db)
        assert [(each.what, each.field) for each in differences] == [
            (f"{who}:{counter}", field)
        ]
        raise Undo

    with pytest.raises(Undo):
        store.write(tamper)


def test_the_ledger_balances(db):
    held = gifts.balances(db)

    assert gifts.audit(db) == []
    assert sum(held.values()) == 0
    assert sum(total < 0 for total in held.values()) > 1
    assert count(db, ledger_entries) > 2 * len(study.load(None).giving.causes)


def test_points_are_the_goals_that_were_reached(db):
    reached = days_with(db, goals, goals.c.verdict == Verdict.REACHED.value)
    rule = study.load(None).points["daily_goal"]
    everyone = set(db.scalars(select(goals.c.participant)))

    assert len(everyone) == PEOPLE
    assert len({who for who, _ in reached}) > PEOPLE / 2
    paid = select(points_paid.c.participant, points_paid.c.day, points_paid.c.points)
    daily = db.execute(paid.where(points_paid.c.rule == "daily_goal"))
    assert sorted(daily) == sorted((*each, rule.points) for each in reached)
    assert points.totals(db).keys() == {who for who, _ in reached}


def test_nobody_missed_a_day_that_was_not_complete(db):
    missed = days_with(db, goals, goals.c.verdict == Verdict.MISSED.value)

    assert missed
    assert missed <= days_with(db, day_facts, day_facts.c.complete & day_facts.c.valid)


def test_days_belong_to_the_weeks_that_were_lived(db):
    days = set(db.scalars(select(day_facts.c.day)))

    assert min(days) >= date(2026, 9, 6)
    assert len(days) in range(WEEKS * 7, WEEKS * 7 + 3)
