"""What was measured of people: minute by minute, merged over what they wore."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from analytics import epochs
from analytics.epochs import Minutes
from analytics.tables import lanes
from people import registry


def minutes(db: Connection, participant: str, start_us: int, end_us: int) -> Minutes:
    """Return a person's minutes from the one that holds `start_us`, merged over devices."""
    return minutes_of(db, [participant], start_us, end_us)[participant]


def minutes_of(
    db: Connection, participants: Collection[str], start_us: int, end_us: int
) -> dict[str, Minutes]:
    """Return the same of many participants, by one query."""
    found = epochs.read(db, participants, start_us, end_us)
    first_us = start_us // epochs.MINUTE_US * epochs.MINUTE_US
    count = max(0, -(-(end_us - first_us) // epochs.MINUTE_US))
    places = registry.places_of(db, participants)
    return {
        who: epochs.merged(found.get(who, {}), first_us, count, places[who])
        for who in participants
    }


def steps_between(db: Connection, participant: str, start_us: int, end_us: int) -> int | None:
    """Return the steps of the minutes that begin in a span; None when nothing counted them."""
    begin_us = -(-start_us // epochs.MINUTE_US) * epochs.MINUTE_US
    counted = epochs.steps(minutes(db, participant, begin_us, end_us))
    known = counted[counted >= 0]
    return int(known.sum()) if known.size else None


def streams_of(db: Connection, participant: str) -> dict[str, tuple[str, ...]]:
    """Return by device which streams of someone were ever heard."""
    query = select(lanes.c.device, lanes.c.stream).where(lanes.c.participant == participant)
    found: dict[str, tuple[str, ...]] = {}
    for device, stream in db.execute(query.order_by(lanes.c.device, lanes.c.stream)):
        found[device] = (*found.get(device, ()), stream)
    return found
