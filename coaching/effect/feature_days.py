"""Days with social features that were left to chance, and what was walked on them."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, select

from analytics import scores
from coaching.effect.chances import Chances, Point, Seen, batches, gather
from coaching.tables import features, goals

_DAY: Final = timedelta(days=1)


def read(db: Connection, participants: Collection[str]) -> Chances:
    """Return a point for each feature of a day that is known to the end and was worn.

    Its outcome are the steps of the whole day; what helps to tell them those of the day before.
    """
    return gather(point for some in batches(participants) for point in _points(db, some))


def _points(db: Connection, people: list[str]) -> Iterator[Point]:
    walked = {(who, day): steps for who, day, steps in db.execute(_WALKED, {"people": people})}
    if not walked:
        return
    days = [day for _, day in walked]
    known = scores.complete_days(db, people, min(days), max(days))
    for row in db.execute(_DRAWN, {"people": people}):
        key, before = (row.participant, row.day), (row.participant, row.day - _DAY)
        if key in walked and key in known:
            yield Point(
                participant=row.participant,
                occasion=row.feature,
                seen=Seen(walked.get(before), row.days_in),
                probability=row.odds,
                sent=row.is_on,
                steps=walked[key],
            )


_DRAWN = (
    select(
        features.c.participant,
        features.c.day,
        features.c.feature,
        features.c.days_in,
        features.c.odds,
        features.c.is_on,
    )
    .where(
        features.c.participant.in_(bindparam("people", expanding=True)),
        features.c.odds > 0,
        features.c.odds < 1,
    )
    .order_by(features.c.participant, features.c.day, features.c.feature)
)
_WALKED = select(goals.c.participant, goals.c.day, goals.c.done_steps).where(
    goals.c.participant.in_(bindparam("people", expanding=True)),
    goals.c.done_steps.is_not(None),
    goals.c.done_valid,
)
