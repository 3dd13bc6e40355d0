"""Days that changed, a few at a time: what arrives need not wait until all are computed again.

Every minute of twenty thousand people closes within seconds. Their days may follow a little
later; kept in the store, none is forgotten when the hub ends in between.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, select, tuple_

from analytics.refresh import Key
from analytics.tables import days_due
from ingest.store import insert_new

#: Days computed in one transaction at most.
AT_ONCE: Final = 128


@dataclass(slots=True)
class Queue:
    """Days that wait; `is_empty` is what is known of them without a look."""

    is_empty: bool = False

    def turn(self, db: Connection, changed: Collection[Key], now_us: int) -> "Turn":
        """Return the days whose turn it is; the others wait, those that changed now as well."""
        if self.is_empty and len(changed) <= AT_ONCE:
            return Turn(changed, is_last=True)
        rows = [{"participant": who, "day": day, "since_us": now_us} for who, day in changed]
        if rows:
            db.execute(insert_new(db, days_due), rows)
        query = select(days_due.c.participant, days_due.c.day).order_by(days_due.c.since_us)
        waiting = [(who, day) for who, day in db.execute(query.limit(AT_ONCE + 1))]
        keys = waiting[:AT_ONCE]
        if keys:
            mine = tuple_(days_due.c.participant, days_due.c.day).in_(keys)
            db.execute(delete(days_due).where(mine))
        return Turn(keys, is_last=waiting == keys)


@dataclass(frozen=True, slots=True)
class Turn:
    """Days to compute now, and whether no more of them wait."""

    keys: Collection[Key]
    is_last: bool
