"""Ten days of four people under chance, made again from its records, bit for bit."""

from datetime import timedelta

import msgspec
import numpy as np
import pytest
import sqlalchemy

from coaching import replay
from coaching.engine import Engine
from coaching.grounds import Grounds
from coaching.messages import library
from coaching.policies import MicroRandomised
from coaching.prompts.decisions import decide
from coaching.tables import decisions, documents, goals, messages
from tests.coached import HOUR_US, MONDAY, Study, at, usc
from tests.unit.test_availability import READY

PEOPLE = {
    "ada": "Europe/Berlin",
    "ben": "America/New_York",
    "eve": "Asia/Tokyo",
    "gil": "Pacific/Auckland",
}
EVERYTHING = replay.Chosen()
CHANCE = msgspec.structs.replace(usc(), arms={"prompted": MicroRandomised(odds=0.6)})


@pytest.fixture(scope="module")
def ten_days():
    study = Study(CHANCE, site_seed=20)
    for who, zone in PEOPLE.items():
        study.join(who, zone=zone, cause="seniors")
    rng = np.random.default_rng(20)
    for n in range(10):
        for who, zone in PEOPLE.items():
            lived(study, who, MONDAY + timedelta(days=n), zone, rng)
    yield study
    study.close()


def verify(db, chosen=EVERYTHING):
    """Give how many records were made again, and in what they came out otherwise."""
    found = list(replay.again(db, chosen))
    return len(found), [difference for differences in found for difference in differences]


def lived(study, who, day, zone, rng):
    begin_us, hours = at(day, "07:00", zone), 15
    walked = 100 * (rng.random(60 * hours) < 0.05)
    study.live(who, begin_us, 60 * hours, walked)
    for hour in range(1, hours + 1):
        study.engine.tick(study.db, begin_us + hour * HOUR_US)
        study.observe(who, day, begin_us + hour * HOUR_US, complete=hour == hours)


def test_every_decision_and_goal_is_made_again_to_the_same_bits(ten_days):
    count, differences = verify(ten_days.db)

    made = ten_days.db.scalar(sqlalchemy.select(sqlalchemy.func.count()).select_from(decisions))
    held = ten_days.db.scalar(sqlalchemy.select(sqlalchemy.func.count()).select_from(goals))
    assert differences == []
    assert count == made + held
    assert made > 4 * 10 * 3
    assert ten_days.db.scalar(sqlalchemy.select(sqlalchemy.func.count(messages.c.id))) > 10


def test_odds_are_within_bounds_and_unavailable_is_zero(ten_days):
    for row in ten_days.db.execute(sqlalchemy.select(decisions)):
        available = row.reasons == b"[]"
        assert row.probability == (0.6 if available else 0.0)
        assert (row.template is not None) == (row.draw < row.probability)


def test_the_same_life_gives_the_same_records(ten_days):
    again = Study(CHANCE, site_seed=20)
    again.join("ada", cause="seniors")
    query = sqlalchemy.select(decisions).where(decisions.c.participant == "ada")
    first = ten_days.db.execute(query.order_by(decisions.c.counter)).first()
    rng = np.random.default_rng(20)
    lived(again, "ada", MONDAY, PEOPLE["ada"], rng)

    assert again.db.execute(query.order_by(decisions.c.counter)).first() == first
    again.close()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("probability", 0.61),
        ("draw", 0.5),
        ("template", "midday-walk"),
        ("text", "Hello"),
        ("reasons", b'["paused"]'),
        ("site_seed", 21),
        ("due_us", 1),
        ("kind", "whim"),
    ],
)
def test_a_record_that_was_touched_is_found(ten_days, column, value):
    savepoint = ten_days.db.begin_nested()
    touched = (decisions.c.participant == "eve") & (decisions.c.counter == 5)
    ten_days.db.execute(sqlalchemy.update(decisions).where(touched).values({column: value}))
    _, differences = verify(ten_days.db)
    savepoint.rollback()

    assert {difference.what for difference in differences} == {"eve:5"}


@pytest.mark.parametrize(
    ("values", "says"),
    [({"body": b"{}"}, "is lost or touched"), ({"digest": "0"}, "is lost or touched")],
)
def test_a_document_that_was_touched_is_found(ten_days, values, says):
    savepoint = ten_days.db.begin_nested()
    protocols = documents.c.kind == "protocol"
    ten_days.db.execute(sqlalchemy.update(documents).where(protocols).values(values))
    count, differences = verify(ten_days.db, replay.Chosen("eve"))
    savepoint.rollback()

    assert len(differences) == count
    assert all(says in str(difference) for difference in differences)


def test_a_record_that_cannot_be_read_is_named(ten_days):
    savepoint = ten_days.db.begin_nested()
    touched = (decisions.c.participant == "eve") & (decisions.c.counter == 5)
    ten_days.db.execute(sqlalchemy.update(decisions).where(touched).values(state=b"{}"))
    _, (difference,) = verify(ten_days.db)
    savepoint.rollback()

    assert (difference.what, difference.field) == ("eve:5", "record")


def test_one_person_or_one_decision_is_chosen(ten_days):
    for chosen in (replay.Chosen("ben"), replay.Chosen("ben", 3), replay.Chosen("nobody")):
        count, differences = verify(ten_days.db, chosen)
        assert (count, differences) == (replay.count(ten_days.db, chosen), [])

    assert replay.count(ten_days.db, replay.Chosen("ben", 3)) == 1
    assert replay.count(ten_days.db, replay.Chosen("nobody")) == 0


def test_a_goal_that_was_touched_is_found(ten_days):
    savepoint = ten_days.db.begin_nested()
    touched = (goals.c.participant == "ben") & (goals.c.day == MONDAY)
    ten_days.db.execute(sqlalchemy.update(goals).where(touched).values(steps=1))
    _, (difference,) = verify(ten_days.db)
    savepoint.rollback()

    assert difference == replay.Difference(f"goal:ben:{MONDAY}", "steps", 1, 6000)


def test_the_grounds_are_kept_with_the_records(ten_days):
    kept = ten_days.db.execute(sqlalchemy.select(documents.c.kind)).scalars()
    assert sorted(kept) == ["library", "library", "protocol"]  # English and Hebrew


def test_a_protocol_that_changes_midway_is_kept_too():
    study = Study(CHANCE)
    study.join("ada")
    study.engine = Engine(msgspec.structs.replace(CHANCE, version="2"), site_seed=7)
    study.engine.tick(study.db, at(MONDAY, "13:00"))

    count, differences = verify(study.db)
    named = study.db.scalars(sqlalchemy.select(decisions.c.protocol).distinct()).all()
    assert named == [study.engine.protocol_digest]
    assert (count, differences) == (3, [])
    study.close()


def test_another_protocol_decides_otherwise():
    grounds = Grounds(CHANCE, library.load(), 7)
    decision = decide(READY, grounds)
    other = Grounds(msgspec.structs.replace(CHANCE, weeks=12), library.load(), 7)

    assert replay.recompute(decision, grounds) == decision
    assert replay.recompute(decision, other) != decision
