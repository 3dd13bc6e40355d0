"""Who wore a device, or where they were, is told late: their days are scored again."""

from collections.abc import Collection
from datetime import date
from typing import Final

import numpy as np
from sqlalchemy import Connection, delete, select

from analytics import epochs
from analytics.epochs import HOUR_US, MINUTE, MINUTE_US
from analytics.lookups import Day, Lookups
from analytics.refresh import days_between
from analytics.tables import epoch_hours, holes, rescores
from ingest.store import upsert
from people import registry
from people.registry import Wearing

_FOR_GOOD_US: Final = 1 << 62


def ask(db: Connection, participant: str, day: date) -> None:
    """Ask for a day to be scored again, also if that was refused before."""
    row = {"participant": participant, "day": day, "refused": None}
    db.execute(upsert(db, rescores), row)


def request(
    db: Connection, participants: Collection[str], since_us: int, until_us: int
) -> None:
    """Ask for the days of some people between two instants to be scored again."""
    lookups = Lookups(db)
    for participant in participants:
        request_of(db, lookups, participant, since_us, until_us)


def request_of(
    db: Connection, lookups: Lookups, participant: str, since_us: int, until_us: int
) -> None:
    """Ask for one person's days between two instants to be scored again."""
    for day in days_between(lookups, participant, since_us, until_us):
        ask(db, participant, day)


def change_zone(db: Connection, participant: str, zone: str, from_us: int, now_us: int) -> None:
    """Let a zone hold from an instant on; days whose bounds that moves are scored again.

    So are dates that were days by the zone before, and are none any more.
    """
    since_us = min(from_us, now_us) - 1  # its day may end elsewhere now
    request(db, [participant], since_us, now_us)
    registry.set_zone(db, participant, zone, from_us)
    request(db, [participant], since_us, now_us)


def disown(db: Connection, participant: str, day: Day) -> None:
    """Blank what is known of someone's day by devices that they did not wear then.

    Of a minute in which a device changed hands nothing is left either: it is told anew.
    """
    worn = registry.wearings_of(db, participant)
    _disown_minutes(db, participant, day, worn)
    _disown_holes(db, participant, day, worn)


def _disown_minutes(
    db: Connection, participant: str, day: Day, worn: Collection[Wearing]
) -> None:
    columns = epoch_hours.c
    query = select(epoch_hours).where(
        columns.participant == participant,
        columns.hour_us > day.start_us - HOUR_US,
        columns.hour_us < day.end_us,
    )
    for row in db.execute(query).mappings().all():
        begins_us = row["hour_us"] + MINUTE_US * np.arange(60)
        theirs = (begins_us < day.start_us) | (begins_us >= day.end_us)
        for each in worn:
            if each.device == row["device"]:
                until_us = _FOR_GOOD_US if each.until_us is None else each.until_us
                theirs |= (begins_us >= each.from_us) & (begins_us + MINUTE_US <= until_us)
        if not theirs.all():
            minutes = np.where(theirs, np.frombuffer(row["minutes"], MINUTE), epochs.blank(60))
            db.execute(upsert(db, epoch_hours), {**row, "minutes": minutes.tobytes()})


def _disown_holes(
    db: Connection, participant: str, day: Day, worn: Collection[Wearing]
) -> None:
    columns = holes.c
    touching = (columns.from_us < day.end_us) & (columns.until_us > day.start_us)
    query = select(holes).where(columns.participant == participant, touching)
    for hole in db.execute(query).all():
        if not any(each.device == hole.device and each.covers(hole.from_us) for each in worn):
            same = [column == getattr(hole, column.name) for column in holes.primary_key]
            db.execute(delete(holes).where(*same))
