"""Weeks that simulated people lived: the ledger balances, every decision can be made again."""

from datetime import date

import pytest
from sqlalchemy import func, select, update

from analytics.runner import Runner
from analytics.tables import day_facts
from coaching import giving, points, replay, tables
from coaching.engine import Engine
from coaching.goals import Verdict
from ingest.archive import Archive
from ingest.log.sqlite import SqliteLog
from ingest.store.sqlite import SqliteStore
from kindstep import demo, history, roster, study
from kindstep.tables import METADATAS

NOW_US = 1_790_000_000_000_000
PEOPLE = 12
WEEKS = 2


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("history")
    store = SqliteStore(folder / "study.db", METADATAS)
    engine = Engine(study.load(None), site_seed=1)
    runner = Runner(
        store, SqliteLog(folder / "log"), Archive(folder / "archive"), (engine.observe,)
    )
    people = roster.members(NOW_US)[:PEOPLE]
    worn = [history.Devices(m, demo.glasses_of(m), demo.strap_of(m)) for m in people]
    past = history.begin(store, runner, engine, worn, NOW_US, WEEKS)
    past.wind(NOW_US, lambda _share: None)
    yield store
    store.close()


@pytest.fixture
def db(store):
    with store.reading() as db:
        yield db


def test_every_decision_recomputes_to_the_same_bits(db):
    count, differences = replay.verify(db)

    assert count > PEOPLE * WEEKS * 7
    assert differences == []


def test_a_decision_that_was_tampered_with_is_found(store):
    first = (
        select(tables.decisions.c.counter).where(tables.decisions.c.probability == 1).limit(1)
    )
    changed = update(tables.decisions).where(
        tables.decisions.c.counter == first.scalar_subquery(),
        tables.decisions.c.probability == 1,
    )

    class Undo(Exception):
        """Leave the history as it was."""

    def tamper(db):
        tampered = db.execute(changed.values(probability=0.5)).rowcount
        _, differences = replay.verify(db)
        assert len(differences) == tampered > 0
        raise Undo

    with pytest.raises(Undo):
        store.write(tamper)


def test_the_ledger_balances(db):
    assert giving.audit(db) == []


def test_a_goal_that_was_reached_was_paid_once(db):
    reached = select(tables.goals.c.participant, func.count()).where(
        tables.goals.c.verdict == Verdict.REACHED.value
    )
    counted = dict(
        tuple(row) for row in db.execute(reached.group_by(tables.goals.c.participant))
    )
    (rule,) = study.load(None).points.values()

    assert len(counted) > PEOPLE / 2
    assert {who: points.balance(db, who) for who in counted} == {
        who: days * rule.points for who, days in counted.items()
    }


def test_nobody_missed_a_day_that_was_not_complete(db):
    missed = db.execute(
        select(tables.goals.c.participant, tables.goals.c.day).where(
            tables.goals.c.verdict == Verdict.MISSED.value
        )
    )
    complete = db.execute(
        select(day_facts.c.participant, day_facts.c.day).where(day_facts.c.complete)
    )

    missed, complete = {tuple(row) for row in missed}, {tuple(row) for row in complete}
    assert missed
    assert missed <= complete


def test_days_belong_to_the_weeks_that_were_lived(db):
    days = set(db.scalars(select(day_facts.c.day)))

    assert min(days) >= date(2026, 9, 6)
    assert len(days) in range(WEEKS * 7, WEEKS * 7 + 3)
