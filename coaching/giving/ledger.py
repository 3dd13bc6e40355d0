"""Double-entry bookkeeping: what leaves one account arrives in another, in the same unit."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, func, insert, select

from coaching.giving.tables import ledger_entries, ledger_transactions
from ingest.store import insert_once

#: How the key of a transaction begins that moves points to a team's pot.
POOL: Final = "pool/"


class Unit(StrEnum):
    """What an amount counts; points are not money, so the two never mix."""

    POINTS = "points"
    VOUCHERS = "vouchers"


@dataclass(frozen=True, slots=True)
class Entry:
    """What one transaction does to one account."""

    account: str
    unit: Unit
    amount: int


def transfer(source: str, target: str, unit: Unit, amount: int) -> tuple[Entry, Entry]:
    """Return the two entries that move an amount."""
    return Entry(source, unit, -amount), Entry(target, unit, amount)


def post(db: Connection, key: str, entries: Sequence[Entry], now_us: int) -> bool:
    """Book a transaction; return False when its key was booked already."""
    sums: Counter[Unit] = Counter()
    for entry in entries:
        sums[entry.unit] += entry.amount
    if any(sums.values()):
        raise ValueError(f"{key} does not balance")
    if not insert_once(db, ledger_transactions, {"key": key, "at_us": now_us}):
        return False
    db.execute(insert(ledger_entries), [{"key": key, **asdict(entry)} for entry in entries])
    return True


def balance(db: Connection, account: str) -> int:
    """Return what an account holds."""
    query = select(func.sum(ledger_entries.c.amount)).where(ledger_entries.c.account == account)
    return int(db.scalar(query) or 0)


def balances(db: Connection) -> dict[str, int]:
    """Return what every account holds; together that is nothing."""
    query = select(ledger_entries.c.account, func.sum(ledger_entries.c.amount))
    rows = db.execute(query.group_by(ledger_entries.c.account))
    return {account: int(total) for account, total in rows}


def pooled(db: Connection) -> dict[str, int]:
    """Return what each account gave to a team's pot, and each pot got."""
    query = select(ledger_entries.c.account, func.sum(ledger_entries.c.amount))
    theirs = query.where(ledger_entries.c.key.startswith(POOL, autoescape=True))
    rows = db.execute(theirs.group_by(ledger_entries.c.account))
    return {account: int(total) for account, total in rows}


def pooled_by(db: Connection, pot: str) -> tuple[str, ...]:
    """Return who put points into a team's pot."""
    into = select(ledger_entries.c.key).where(
        ledger_entries.c.account == pot,
        ledger_entries.c.key.startswith(POOL, autoescape=True),
    )
    gave = select(ledger_entries.c.account).where(
        ledger_entries.c.key.in_(into), ledger_entries.c.account != pot
    )
    found = db.scalars(gave.distinct().order_by(ledger_entries.c.account))
    return tuple(account.partition(":")[2] for account in found)


def unbalanced(db: Connection) -> list[str]:
    """Return the keys of transactions that do not sum to nothing in each unit, or are empty."""
    entries, transactions = ledger_entries.c, ledger_transactions.c
    uneven = select(entries.key).group_by(entries.key, entries.unit)
    empty = select(transactions.key).where(transactions.key.not_in(select(entries.key)))
    found = [*db.scalars(uneven.having(func.sum(entries.amount) != 0)), *db.scalars(empty)]
    return sorted(set(found))
