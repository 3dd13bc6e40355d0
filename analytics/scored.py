"""The scores of days, as they were kept."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, select

from analytics.headline import Score, Tier
from analytics.tables import rescores, scores

_PEOPLE: Final = bindparam("people", type_=scores.c.participant.type, expanding=True)
_AT: Final = bindparam("days", type_=scores.c.day.type, expanding=True)
_SCORES: Final = select(scores).where(scores.c.participant.in_(_PEOPLE), scores.c.day.in_(_AT))


def score(db: Connection, participant: str, day: date) -> Score | None:
    """Return a day's score; None when no data of that week was ever scored."""
    query = select(scores).where(scores.c.participant == participant, scores.c.day == day)
    row = db.execute(query).one_or_none()
    return None if row is None else _of_row(row)


def scores_of(db: Connection, participant: str) -> list[Score]:
    """Return every day's score, in order."""
    query = select(scores).where(scores.c.participant == participant)
    return [_of_row(row) for row in db.execute(query.order_by(scores.c.day))]


def scores_on(
    db: Connection, keys: Collection[tuple[str, date]]
) -> dict[tuple[str, date], Score]:
    """Return the scores of many people and days, by one query."""
    wanted = set(keys)
    asked = {"people": [*{who for who, _ in wanted}], "days": [*{day for _, day in wanted}]}
    found = map(_of_row, db.execute(_SCORES, asked))
    return {(each.participant, each.day): each for each in found}


def not_scored_again(db: Connection) -> list[tuple[str, date, str]]:
    """Return days that late data came for and that stay as they were: whose, which, and why."""
    query = select(rescores.c.participant, rescores.c.day, rescores.c.refused)
    rows = db.execute(query.where(rescores.c.refused.is_not(None)).order_by(rescores.c.day))
    return [(participant, day, reason) for participant, day, reason in rows]


def _of_row(row: Row[Any]) -> Score:
    return Score(
        row.participant,
        row.day,
        row.score,
        row.provisional,
        row.mem_minutes,
        row.mean_steps,
        row.valid_days,
        Tier(row.tier),
        row.coverage_percent,
        tuple(row.missing.split()),
    )
