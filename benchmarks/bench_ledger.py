"""How long it takes to reconcile the giving ledger: a million entries, every rule over all."""

import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from coaching.giving import gifts
from coaching.giving.ledger import Unit, transfer
from coaching.giving.tables import (
    ledger_entries,
    ledger_transactions,
    metadata,
    points,
    vouchers,
)
from ingest.store.sqlite import SqliteStore

_ENTRIES = 1_000_000
_PEOPLE = 10_000
_THRESHOLD = 250
_CAUSE = "seniors"
_VOUCHERS = -(-_ENTRIES // 6)  # crossed, activated, delivered: two entries each
_BATCH = 5_000


def main() -> None:
    """Print it."""
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "giving.db", [metadata])
        store.write(_fill)
        with store.reading() as db:
            begun = time.perf_counter()
            problems = gifts.audit(db)
            took_s = time.perf_counter() - begun
            count = db.exec_driver_sql("SELECT count(*) FROM ledger_entries").scalar_one()
        store.close()
    if problems:
        raise SystemExit(f"the books do not balance: {problems[:3]}")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"reconciled {count:,} entries of {_VOUCHERS:,} vouchers: {took_s:.2f} s", end="")
    print(f", {count / took_s:,.0f} entries a second, {peak_mb:,.0f} MB at most")


def _fill(db: Connection) -> None:
    gifts.fund(db, _CAUSE, _VOUCHERS, "bench", 0)
    for first in range(0, _VOUCHERS, _BATCH):
        some = range(first, min(first + _BATCH, _VOUCHERS))
        given = [(f"p-{n % _PEOPLE}", n // _PEOPLE + 1, n) for n in some]
        db.execute(insert(vouchers), [_voucher(*gift) for gift in given])
        db.execute(insert(points), [_points(who, number) for who, number, _ in given])
        booked = list(chain.from_iterable(_booked(who, number) for who, number, _ in given))
        keys = [{"key": key, "at_us": 0} for key, _ in booked]
        db.execute(insert(ledger_transactions), keys)
        db.execute(insert(ledger_entries), [row for _, rows in booked for row in rows])


def _voucher(who: str, number: int, place: int) -> dict[str, Any]:
    return {
        "id": f"{who}-{number}",
        "code": f"{_CAUSE}-{place + 1}",
        "participant": who,
        "number": number,
        "cause": _CAUSE,
        "points": _THRESHOLD,
        "crossed_us": place,
        "activated_us": place,
        "redeemed_us": place,
        "delivered_us": place,
    }


def _points(who: str, number: int) -> dict[str, Any]:
    day = date.fromordinal(738_000 + number)
    return {"participant": who, "rule": "goal", "day": day, "points": _THRESHOLD, "at_us": 0}


def _booked(who: str, number: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    which = f"{who}-{number}"
    for step, source, target, unit, amount in (
        ("cross", f"participant:{who}", "given", Unit.POINTS, _THRESHOLD),
        ("activate", f"sponsor:{_CAUSE}", f"voucher:{which}", Unit.VOUCHERS, 1),
        ("deliver", f"voucher:{which}", "spent", Unit.VOUCHERS, 1),
    ):
        key = f"{step}/{which}"
        rows = [{"key": key, **asdict(each)} for each in transfer(source, target, unit, amount)]
        yield key, rows


if __name__ == "__main__":
    main()
