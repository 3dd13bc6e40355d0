"""People who left: when, and how far what was kept of them is erased."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from people.errors import Conflict
from people.identity import Role, check_person
from people.sentence import say
from people.tables import wearings, withdrawals
from people.wearing import wearings_of

_FOR_EVER: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One person who left."""

    person: str
    at_us: int
    by: str  # they themselves, or who did it for them
    rows: int  # erased in the store
    archive_us: int | None  # since when the archive holds nothing more; none: not yet
    archive_files: int  # that were written anew without them


def withdraw(db: Connection, person: str, by: str, rows: int, now_us: int) -> Withdrawal:
    """Note that somebody left; raise Conflict for one who did already."""
    check_person(db, person, Role.PARTICIPANT)
    if find(db, person):
        raise Conflict(say("%(who)s left already", who=person))
    row = {"person": person, "at_us": now_us, "by": by, "rows": rows, "archive_files": 0}
    db.execute(insert(withdrawals).values(row))
    return Withdrawal(person, now_us, by, rows, None, 0)


def find(db: Connection, person: str) -> Withdrawal | None:
    """Return when somebody left."""
    return next((each for each in all_of(db) if each.person == person), None)


def all_of(db: Connection) -> list[Withdrawal]:
    """Return everybody who left, the first one first."""
    columns = [withdrawals.c[name] for name in Withdrawal.__slots__]
    rows = db.execute(select(*columns).order_by(withdrawals.c.at_us, withdrawals.c.person))
    return [Withdrawal(*row) for row in rows]


def worn_by_who_left(db: Connection) -> dict[str, list[tuple[int, int]]]:
    """Return the devices of people whose samples are still archived: [from, until) each."""
    found: dict[str, list[tuple[int, int]]] = {}
    for left in all_of(db):
        for worn in wearings_of(db, left.person) if left.archive_us is None else ():
            span = (worn.from_us, worn.until_us or _FOR_EVER)
            found.setdefault(worn.device, []).append(span)
    return found


def archived_no_more(db: Connection, before_us: int, files: int, now_us: int) -> None:
    """Note that so many files of the archive were written anew without who left.

    Who left before an instant can have nothing in the log that is still to be archived.
    """
    waiting = withdrawals.c.archive_us.is_(None)
    more = withdrawals.c.archive_files + files
    db.execute(update(withdrawals).where(waiting).values(archive_files=more))
    done = withdrawals.c.archive_us.is_(None) & (withdrawals.c.at_us < before_us)
    gone = select(withdrawals.c.person).where(done)
    db.execute(delete(wearings).where(wearings.c.participant.in_(gone)))
    db.execute(update(withdrawals).where(done).values(archive_us=now_us))
