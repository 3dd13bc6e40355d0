"""Nights made when they are over, and again when more of them arrives."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, delete, select, tuple_

from analytics import epochs
from analytics.lookups import Lookups
from analytics.nights import NOON_US, Night, as_rows, compute
from analytics.refresh import Key, merged
from analytics.tables import nights, nights_due
from ingest.store import upsert

#: Nights made in one transaction at most.
AT_ONCE: Final = 32
_NEXT_DAY = timedelta(days=1)


def mark(db: Connection, keys: Collection[Key], lookups: Lookups) -> None:
    """Note nights that something was heard of."""
    rows = [
        {
            "participant": participant,
            "day": day,
            "over_us": lookups.day(participant, day).end_us - NOON_US,
        }
        for participant, day in keys
    ]
    if rows:
        db.execute(upsert(db, nights_due), rows)


def of_days(keys: Collection[Key]) -> set[Key]:
    """Return the nights that days have a part in: their morning's and their evening's."""
    return {*keys, *((participant, day + _NEXT_DAY) for participant, day in keys)}


def refresh(db: Connection, lookups: Lookups, now_us: int) -> list[Night]:
    """Make some of the nights that are over and were marked, the oldest first."""
    query = select(nights_due.c.participant, nights_due.c.day)
    over = query.where(nights_due.c.over_us <= now_us).order_by(nights_due.c.over_us)
    keys = [(participant, day) for participant, day in db.execute(over.limit(AT_ONCE))]
    made = [_night(db, key, lookups) for key in keys]
    if made:
        db.execute(upsert(db, nights), as_rows(made))
        done = tuple_(nights_due.c.participant, nights_due.c.day).in_(keys)
        db.execute(delete(nights_due).where(done))
    return made


def _night(db: Connection, key: Key, lookups: Lookups) -> Night:
    participant, day = key
    known = lookups.day(participant, day)
    start_us, end_us = known.start_us - NOON_US, known.end_us - NOON_US
    base_us = start_us // epochs.HOUR_US * epochs.HOUR_US
    found = epochs.read(db, [participant], base_us, end_us).get(participant, {})
    places = lookups.places(participant)
    minutes = merged(found, base_us, start_us, end_us, places)
    return compute(participant, day, start_us, end_us, minutes, places.at(known.start_us))
