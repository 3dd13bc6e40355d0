"""State that another release laid out otherwise: its streams' last days are scored again."""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, delete, select, tuple_

from analytics import coverage, reassigning
from analytics.checkpoint import OtherLayout
from analytics.lookups import Lookups
from analytics.shard import Row, Shard
from analytics.tables import lanes, shard_rows

Whose = tuple[str, str]  # participant, device


def restore(shard: Shard, rows: Iterable[Row]) -> list[Whose]:
    """Put rows into a shard; return whose cannot be read."""
    lost: list[Whose] = []
    for row in rows:
        try:
            shard.load([row])
        except OtherLayout:
            lost.append((row[0], row[1]))
    return lost


def give_up(db: Connection, lost: Collection[Whose], now_us: int) -> None:
    """Forget rows that cannot be read, and ask for the days that what they held belongs to.

    That is the day in which a stream stood, and as long as anything of it may have waited for
    its turn, those after it.
    """
    query = select(lanes.c.participant, lanes.c.device, lanes.c.heard_until_us)
    mine = query.where(tuple_(lanes.c.participant, lanes.c.device).in_(lost))
    lookups = Lookups(db)
    for participant, _, until_us in db.execute(mine).all():
        last_us = now_us if now_us - until_us < coverage.GIVE_UP_US else until_us
        reassigning.request_of(db, lookups, participant, until_us - 1, last_us)
    whose = tuple_(shard_rows.c.participant, shard_rows.c.device)
    db.execute(delete(shard_rows).where(whose.in_(lost)))
