"""Each way in which the books could be wrong is one the audit names."""

from datetime import date

import pytest
from sqlalchemy import text

from coaching.giving import gifts, points
from coaching.giving.tables import metadata
from tests.people_world import START_US, memory_db


@pytest.fixture
def db():
    with memory_db(metadata) as db:
        gifts.fund(db, "veterans", 1, "pledge 1", START_US)
        for who in ("ana", "ben"):
            points.award(db, who, "goal", date(2026, 3, 2), 1500, START_US)
            gifts.settle(db, who, "veterans", 1000, START_US)
        assert gifts.audit(db) == []
        yield db


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (
            "UPDATE ledger_entries SET amount = 900 WHERE account = 'given'",
            "transaction cross/ana-1 does not balance",
        ),
        (
            "DELETE FROM ledger_entries WHERE key = 'cross/ana-1'",
            "ana gave 0 points for vouchers and pots of 1000",
        ),
        (
            "DELETE FROM ledger_entries WHERE key = 'cross/ana-1'",
            "transaction cross/ana-1 does not balance",
        ),
        (
            "DELETE FROM vouchers WHERE id = 'ana-1'",
            "ana gave 1000 points for vouchers and pots of 0",
        ),
        ("UPDATE points SET points = 400", "ana gave 1000 points of 400 earned"),
        ("UPDATE vouchers SET number = 2 WHERE id = 'ana-1'", "ana lacks a voucher in the row"),
        (
            "UPDATE ledger_entries SET amount = 2 * amount WHERE key LIKE 'activate/%'",
            "sponsor:veterans paid 1 vouchers beyond its budget",
        ),
        (
            "UPDATE ledger_entries SET amount = 2 * amount WHERE key LIKE 'fund/%'",
            "a voucher waits for sponsor:veterans, which has a budget",
        ),
        (
            "UPDATE vouchers SET activated_us = 1 WHERE id = 'ben-1'",
            "voucher ben-1 is activated and holds 0",
        ),
        (
            "UPDATE vouchers SET delivered_us = 1 WHERE id = 'ana-1'",
            "voucher ana-1 is delivered and holds 1",
        ),
        (
            "UPDATE vouchers SET delivered_us = 1 WHERE id = 'ana-1'",
            "voucher ana-1 skipped a step",
        ),
    ],
)
def test_names_what_is_wrong(db, damage, problem):
    db.execute(text(damage))

    assert problem in gifts.audit(db)
