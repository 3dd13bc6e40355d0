"""What participants earned: each rule pays once a day, however often the day is told."""

from datetime import date

from sqlalchemy import Connection, func, select

from coaching.giving.tables import points
from ingest.store import insert_once


def award(
    db: Connection, participant: str, rule: str, day: date, amount: int, now_us: int
) -> bool:
    """Pay a rule for a day; return False when it was paid already."""
    if amount < 1:
        raise ValueError(f"{rule} pays {amount} points")
    row = {
        "participant": participant,
        "rule": rule,
        "day": day,
        "points": amount,
        "at_us": now_us,
    }
    return insert_once(db, points, row)


def balance(db: Connection, participant: str) -> int:
    """Return all points a participant ever earned."""
    query = select(func.sum(points.c.points)).where(points.c.participant == participant)
    return int(db.scalar(query) or 0)


def totals(db: Connection) -> dict[str, int]:
    """Return what everyone earned."""
    query = select(points.c.participant, func.sum(points.c.points))
    rows = db.execute(query.group_by(points.c.participant))
    return {participant: int(total) for participant, total in rows}
