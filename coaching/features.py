"""Social features that chance switches on or off for a day, at odds that are on record.

A study that wants to know what a board, a nudge to cheer or the word of a cause does to steps
leaves it to chance, each day and person anew; one that names no odds shows what it always does.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from coaching.prompts.draws import draw
from coaching.tables import features
from ingest.store import insert_once


class Feature(StrEnum):
    """What can be left to chance."""

    BOARD = "board"  # how the others stand in a challenge
    CHEER = "cheer"  # a nudge to cheer a friend
    CHARITY = "charity"  # the goal is told together with what it gives to someone


#: What a page shows where nothing is left to chance.
_ALWAYS: Final = frozenset({Feature.BOARD})


@dataclass(frozen=True, slots=True)
class Drawn:
    """One feature of one person's day, with all that is needed to draw it again."""

    participant: str
    day: date
    feature: Feature
    days_in: int  # local days since the first that was drawn
    odds: float
    draw: float  # on if below the odds
    is_on: bool
    protocol: str  # hash
    site_seed: int
    at_us: int


@dataclass(frozen=True, slots=True)
class Chance:
    """By what features are drawn."""

    odds: Mapping[Feature, float]
    protocol: str
    site_seed: int

    def draw(self, participant: str, day: date, days_in: int, at_us: int) -> list[Drawn]:
        """Return a day's features; the same input gives the same bits anywhere.

        The date plays no part in it, so that no draw can tell when a study took place.
        """
        drawn: list[Drawn] = []
        for feature, odds in sorted(self.odds.items()):
            said = draw(self.site_seed, participant, days_in, f"feature:{feature}")
            whose = (participant, day, feature, days_in)
            drawn.append(
                Drawn(*whose, odds, said, said < odds, self.protocol, self.site_seed, at_us)
            )
        return drawn


def record(db: Connection, drawn: Iterable[Drawn]) -> None:
    """Write draws down; a day that is drawn already stays as it is."""
    for each in drawn:
        insert_once(db, features, as_row(each))


def of_days(
    db: Connection, chance: Chance, keys: Collection[tuple[str, date]], at_us: int
) -> None:
    """Draw the features of some people's days."""
    if not chance.odds:
        return
    first = _first_days(db, [who for who, _ in keys])
    for who, day in keys:
        days_in = (day - first.get(who, day)).days
        record(db, chance.draw(who, day, days_in, at_us))


def _first_days(db: Connection, participants: Collection[str]) -> dict[str, date]:
    columns = (features.c.participant, func.min(features.c.day))
    query = select(*columns).where(features.c.participant.in_(participants))
    rows = db.execute(query.group_by(features.c.participant))
    return {row[0]: row[1] for row in rows}


def on(db: Connection, participant: str, day: date) -> frozenset[Feature]:
    """Return what is on for a person that day."""
    drawn = {each.feature: each.is_on for each in of_person(db, participant, day)}
    return frozenset(each for each in Feature if drawn.get(each, each in _ALWAYS))


def of_person(db: Connection, participant: str, day: date) -> Sequence[Drawn]:
    """Return what was drawn for a person's day."""
    columns = features.c
    query = select(features).where(columns.participant == participant, columns.day == day)
    return [from_row(row) for row in db.execute(query)]


def every_of(db: Connection, participant: str) -> list[Drawn]:
    """Return all that was ever drawn for a person, in order."""
    columns = features.c
    query = select(features).where(columns.participant == participant)
    return [from_row(row) for row in db.execute(query.order_by(columns.day, columns.feature))]


def from_row(row: Row[Any]) -> Drawn:
    """Read a record."""
    named: dict[str, Any] = {name: getattr(row, name) for name in Drawn.__slots__}
    named["feature"] = Feature(row.feature)
    return Drawn(**named)


def as_row(drawn: Drawn) -> dict[str, object]:
    """Return the record of a draw."""
    row: dict[str, object] = {name: getattr(drawn, name) for name in Drawn.__slots__}
    row["feature"] = drawn.feature.value
    return row
