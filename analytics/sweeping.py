"""What follows from waiting alone: days that are complete, days without a word, nights.

Of twenty thousand people that takes seconds, and what arrives must not wait for it. So a look
is at some hundred people, and all were looked at once a minute.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, func, select, true

from analytics import coverage, nightly
from analytics.lookups import Lookups
from analytics.refresh import Key, between, known_days
from analytics.tables import day_facts

_EVERY_US: Final = 60_000_000
_PEOPLE_AT_ONCE: Final = 500
_ANYONE: Final = true()
_TO_NEXT_DAY: Final = timedelta(days=1)
_LOOK_BACK: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a look found."""

    keys: set[Key]  # days to compute again
    after: str | None  # of whom the next look begins; "": everyone was looked at, None: no one
    nights_left: bool


class Sweep:
    """Remembers how far it is; what a look found counts once `done` is told of it."""

    def __init__(self) -> None:
        self._after = ""
        self._rests_until_us = 0
        self._nights_left = False

    @property
    def is_under_way(self) -> bool:
        """Return whether there is more to look at just now."""
        return self._after != "" or self._nights_left

    def is_due(self, now_us: int) -> bool:
        """Return whether it is time for a look."""
        return self.is_under_way or now_us >= self._rests_until_us

    def look(self, db: Connection, lookups: Lookups, now_us: int) -> Swept:
        """Make some nights that are over, and return what else became due."""
        nights_left = len(nightly.refresh(db, lookups, now_us)) == nightly.AT_ONCE
        if not self._after and now_us < self._rests_until_us:
            return Swept(set(), None, nights_left)
        among, last = _next_people(db, self._after)
        keys = completed(db, lookups, now_us, among) | absent(db, lookups, now_us, among)
        return Swept(keys, last, nights_left)

    def done(self, swept: Swept, now_us: int) -> None:
        """Go on from there next time."""
        self._nights_left = swept.nights_left
        if swept.after is not None:
            self._after = swept.after
        if swept.after == "":
            self._rests_until_us = now_us + _EVERY_US


def _next_people(db: Connection, after: str) -> tuple[ColumnElement[bool], str]:
    """Return a condition for the next people, and the last of them; "" if no one follows."""
    who = day_facts.c.participant
    query = select(who).where(who > after).group_by(who).order_by(who)
    last = db.scalar(query.offset(_PEOPLE_AT_ONCE - 1).limit(1))
    return (who > after, "") if last is None else ((who > after) & (who <= last), last)


def completed(
    db: Connection, lookups: Lookups, now_us: int, among: ColumnElement[bool] = _ANYONE
) -> set[Key]:
    """Return the days that are over, were open, and of which nothing is to come any more."""
    query = select(day_facts.c.participant, day_facts.c.day).where(
        day_facts.c.complete.is_(False), day_facts.c.end_us <= now_us, among
    )
    by_day: dict[date, list[str]] = {}
    for participant, day in db.execute(query):
        by_day.setdefault(day, []).append(participant)
    found: set[Key] = set()
    for day, people in by_day.items():
        lookups.expect_people(people)
        known = {who: lookups.day(who, day) for who in people}
        done = coverage.completed(db, known, now_us, coverage.of(db, people))
        found |= {(who, day) for who in done}
    return found


def absent(
    db: Connection, lookups: Lookups, now_us: int, among: ColumnElement[bool] = _ANYONE
) -> set[Key]:
    """Return past days of which nothing was said, among people of whom something was lately."""
    here = datetime.fromtimestamp(now_us // 1_000_000, UTC).date()
    found: set[Key] = set()
    for today in (here - _TO_NEXT_DAY, here, here + _TO_NEXT_DAY):  # wherever people are
        said = _counted(db, here - _LOOK_BACK, today, among)
        fewer = [who for who, (first, days) in said.items() if days < (today - first).days]
        lookups.expect_people(fewer)
        people = [who for who in fewer if lookups.day_at(who, now_us).day == today]
        known = known_days(db, people, here - _LOOK_BACK, today)
        found |= {
            (who, day)
            for who in people
            for day in between(said[who][0], today)
            if day not in known[who]
        }
    return found


def _counted(
    db: Connection, since: date, until: date, among: ColumnElement[bool]
) -> dict[str, tuple[date, int]]:
    """Return of how many days something was said of each person, and the first of them."""
    columns = (day_facts.c.participant, func.min(day_facts.c.day), func.count())
    query = select(*columns).where(day_facts.c.day >= since, day_facts.c.day < until, among)
    rows = db.execute(query.group_by(day_facts.c.participant))
    return {who: (first, days) for who, first, days in rows}
