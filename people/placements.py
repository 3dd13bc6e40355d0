"""Where each person's source of motion sat when: what is told later changes no day before."""

from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    bindparam,
    delete,
    insert,
    select,
)

from people.tables import placements

_PLACEMENTS = (
    select(placements)
    .where(placements.c.person.in_(bindparam("people", expanding=True)))
    .order_by(placements.c.from_us)
)


@dataclass(frozen=True, slots=True)
class Places:
    """One person's places in the order of time; nothing is known of the time before."""

    from_us: tuple[int, ...] = ()
    places: tuple[str | None, ...] = ()

    def at(self, at_us: int) -> str | None:
        """Return where it sat at an instant, None where it is not known."""
        before = bisect_right(self.from_us, at_us)
        return self.places[before - 1] if before else None

    def during(self, start_us: int, end_us: int) -> Iterator[tuple[int, str | None]]:
        """Yield from when on it sat where, the first of them at the start of a span."""
        yield start_us, self.at(start_us)
        for from_us, place in zip(self.from_us, self.places, strict=True):
            if start_us < from_us < end_us:
                yield from_us, place


def places_of(db: Connection, person_ids: Collection[str]) -> dict[str, Places]:
    """Return everybody's places."""
    found: dict[str, list[tuple[int, str | None]]] = {who: [] for who in person_ids}
    for person, from_us, place in db.execute(_PLACEMENTS, {"people": list(found)}):
        found[person].append((from_us, place))
    return {
        who: Places(tuple(us for us, _ in told), tuple(place for _, place in told))
        for who, told in found.items()
    }


def latest(person: ColumnElement[str] | str) -> ScalarSelect[str | None]:
    """Return, as part of a query, where a person's sits by what was told last."""
    query = select(placements.c.placement).where(placements.c.person == person)
    return query.order_by(placements.c.from_us.desc()).limit(1).scalar_subquery()


def move(db: Connection, person_id: str, place: str | None, from_us: int) -> None:
    """Let it sit somewhere from an instant on, whatever was told of the time after."""
    if db.scalar(select(latest(person_id))) == place:
        return
    mine = placements.c.person == person_id
    db.execute(delete(placements).where(mine & (placements.c.from_us >= from_us)))
    row = {"person": person_id, "from_us": from_us, "placement": place}
    db.execute(insert(placements), row)
