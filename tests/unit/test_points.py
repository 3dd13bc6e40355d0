from datetime import date

import pytest

from coaching.giving import points
from coaching.giving.tables import metadata
from tests.people_world import START_US, memory_db

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture
def db():
    with memory_db(metadata) as db:
        yield db


def test_a_rule_pays_once_a_day(db):
    assert points.award(db, "ana", "goal", MONDAY, 100, START_US)
    assert not points.award(db, "ana", "goal", MONDAY, 100, START_US + 1)

    assert points.balance(db, "ana") == 100


def test_a_day_told_late_pays_what_the_rule_paid_first(db):
    points.award(db, "ana", "goal", MONDAY, 100, START_US)
    points.award(db, "ana", "goal", MONDAY, 250, START_US + 1)

    assert points.balance(db, "ana") == 100


def test_rules_days_and_people_are_apart(db):
    points.award(db, "ana", "goal", MONDAY, 100, START_US)
    points.award(db, "ana", "goal", TUESDAY, 100, START_US)
    points.award(db, "ana", "double", MONDAY, 50, START_US)
    points.award(db, "ben", "goal", MONDAY, 100, START_US)

    assert points.totals(db) == {"ana": 250, "ben": 100}


def test_who_earned_nothing_has_none(db):
    assert points.balance(db, "ana") == 0


@pytest.mark.parametrize("amount", [0, -5])
def test_a_rule_never_takes_points_away(db, amount):
    with pytest.raises(ValueError, match=f"goal pays {amount} points"):
        points.award(db, "ana", "goal", MONDAY, amount, START_US)
