"""Ratings of coaches: given after a real interaction, shown from thirty on, never deleted.

Whoever keeps in touch may rate again, and still has one voice a term: the latest rating stands
in the place of the one before, which stays on record.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Row, func, insert, select, update

from coaching.circles import together
from coaching.coaches.tables import ratings
from coaching.daytime import DAY_US
from coaching.prompts import snoozes

FEWEST: Final = 30  # responses, before anything is shown
CRITICAL: Final = 2  # stars or fewer: such comments are all shown
LATEST: Final = 10  # of the other comments
LONGEST: Final = 500
TERM_DAYS: Final = 90  # from a first rating on, in which all of one person count as one


@dataclass(frozen=True, slots=True)
class Rating:
    """What someone said of a coach; who said it is not told."""

    id: int
    stars: int
    comment: str
    at_us: int
    reply: str | None
    replaced_us: int | None  # when the same person rated anew; it no longer counts


@dataclass(frozen=True, slots=True)
class Reputation:
    """What is known of a coach; nothing but the count while there are too few."""

    responses: int
    stars: dict[int, int]  # how many gave each
    comments: tuple[Rating, ...]  # all critical ones, and the latest others

    @property
    def is_shown(self) -> bool:
        """Tell whether there are enough."""
        return self.responses >= FEWEST

    @property
    def mean(self) -> float | None:
        """Return the mean of the stars."""
        total = sum(stars * count for stars, count in self.stars.items())
        return total / self.responses if self.is_shown else None


def may_rate(db: Connection, participant: str, coach: str) -> bool:
    """Tell whether the two had an interaction since the last rating."""
    last = _last(db, participant, coach)
    met = together.interactions_of(db, participant, 0 if last is None else last.at_us + 1)
    return any(each.with_whom == coach for each in met)


def asked(
    db: Connection, participant: str, coaches: Collection[str], now_us: int
) -> tuple[str, ...]:
    """Return the coaches of whom to ask a rating: not one skipped lately or rated now."""
    skipped = snoozes.lasting(db, [participant], now_us).get(participant, ())
    return tuple(
        coach
        for coach in coaches
        if occasion(coach) not in skipped
        and _of_term(db, participant, coach, now_us) is None
        and may_rate(db, participant, coach)
    )


def occasion(coach: str) -> str:
    """Return by which name skipping a coach's rating is kept."""
    return f"rating:{coach}"


def rate(
    db: Connection, participant: str, coach: str, stars: int, comment: str, now_us: int
) -> bool:
    """Keep a rating; tell whether it stands in the place of an earlier one of the term."""
    of_term = _of_term(db, participant, coach, now_us)
    if of_term is not None:
        earlier = update(ratings).where(ratings.c.id == of_term.id)
        db.execute(earlier.values(replaced_us=now_us))
    row = {
        "participant": participant,
        "coach": coach,
        "stars": stars,
        "comment": comment,
        "at_us": now_us,
        "term_us": now_us if of_term is None else of_term.term_us,
    }
    db.execute(insert(ratings).values(row))
    return of_term is not None


def reply(db: Connection, coach: str, rating: int, text: str, now_us: int) -> bool:
    """Let a coach answer a rating of theirs, once."""
    open_one = (ratings.c.id == rating) & (ratings.c.coach == coach) & ratings.c.reply.is_(None)
    done = update(ratings).where(open_one).values(reply=text, replied_us=now_us)
    return db.execute(done).rowcount > 0


def of_coach(db: Connection, coach: str) -> Reputation:
    """Return what is shown of a coach."""
    standing = (ratings.c.coach == coach) & ratings.c.replaced_us.is_(None)
    query = select(ratings.c.stars, func.count()).where(standing)
    stars = dict(db.execute(query.group_by(ratings.c.stars)).all())
    responses = sum(stars.values())
    if responses < FEWEST:
        return Reputation(responses, {}, ())
    return Reputation(responses, stars, tuple(_comments(db, coach)))


def _comments(db: Connection, coach: str) -> list[Rating]:
    columns = [ratings.c[name] for name in Rating.__slots__]
    said = select(*columns).where(ratings.c.coach == coach, ratings.c.comment != "")
    latest = said.order_by(ratings.c.at_us.desc(), ratings.c.id.desc())
    critical = db.execute(latest.where(ratings.c.stars <= CRITICAL))
    others = latest.where(ratings.c.stars > CRITICAL, ratings.c.replaced_us.is_(None))
    return [Rating(*row) for row in (*critical, *db.execute(others.limit(LATEST)))]


def _of_term(
    db: Connection, participant: str, coach: str, now_us: int
) -> Row[int, int, int] | None:
    last = _last(db, participant, coach)
    lasts = last is not None and now_us < last.term_us + TERM_DAYS * DAY_US
    return last if lasts else None


def _last(db: Connection, participant: str, coach: str) -> Row[int, int, int] | None:
    theirs = (ratings.c.participant == participant) & (ratings.c.coach == coach)
    query = select(ratings.c.id, ratings.c.at_us, ratings.c.term_us).where(theirs)
    return db.execute(query.order_by(ratings.c.id.desc()).limit(1)).first()
