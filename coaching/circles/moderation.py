"""Comments that were reported, and what whoever moderates made of them."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from coaching.circles.tables import comments, reports
from ingest.store import insert_once


@dataclass(frozen=True, slots=True)
class Report:
    """A comment that waits to be looked at: its words, and nobody's name."""

    comment: int
    text: str
    reporters: int
    at_us: int  # of the first report


def report(db: Connection, comment: int, reporter: str, at_us: int) -> bool:
    """Report a comment; return False for one that was reported by them, or is not there."""
    if db.scalar(select(comments.c.id).where(comments.c.id == comment)) is None:
        return False
    return insert_once(db, reports, {"comment": comment, "reporter": reporter, "at_us": at_us})


def entry_of(db: Connection, comment: int) -> int | None:
    """Return under which entry a comment stands."""
    return db.scalar(select(comments.c.entry).where(comments.c.id == comment))


def reported_by(db: Connection, reporter: str) -> set[int]:
    """Return the comments someone reported: they need not see them again."""
    return set(db.scalars(select(reports.c.comment).where(reports.c.reporter == reporter)))


def queue(db: Connection) -> list[Report]:
    """Return what waits, the first reported first."""
    first_us = func.min(reports.c.at_us).label("first_us")
    query = (
        select(comments.c.id, comments.c.text, func.count(), first_us)
        .join(reports, reports.c.comment == comments.c.id)
        .where(reports.c.resolved_us.is_(None))
        .group_by(comments.c.id, comments.c.text)
        .order_by(first_us, comments.c.id)
    )
    return [Report(*row) for row in db.execute(query)]


def resolve(db: Connection, comment: int, *, hide: bool, by: str, at_us: int) -> bool:
    """Take a comment down or leave it; return False when nothing waits."""
    waiting = (reports.c.comment == comment) & reports.c.resolved_us.is_(None)
    done = update(reports).where(waiting).values(resolved_us=at_us, resolved_by=by)
    if db.execute(done).rowcount == 0:
        return False
    if hide:
        here = update(comments).where(comments.c.id == comment)
        db.execute(here.values(hidden_us=at_us))
    return True
