"""Who deals with what is flagged: it leaves the others' lists, signed and undoable."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from coaching.coaches.tables import deals

SEEN, PUT_OFF, ASSIGNED = "seen", "put_off", "assigned"


@dataclass(frozen=True, slots=True)
class Deal:
    """What one coach did about one flag."""

    id: int
    participant: str
    coach: str
    how: str  # SEEN | PUT_OFF | ASSIGNED
    to: str | None
    flag: str
    at_us: int
    until_us: int

    def settles(self, coach: str) -> bool:
        """Tell whether a coach need not look: what was handed to them still stands."""
        return not (self.how == ASSIGNED and self.to == coach)


def deal(db: Connection, made: Deal) -> None:
    """Note what was done; the latest word holds."""
    names = [name for name in Deal.__slots__ if name != "id"]
    db.execute(insert(deals).values({name: getattr(made, name) for name in names}))


def undo(db: Connection, participant: str, deal_id: int, coach: str, now_us: int) -> bool:
    """Take it back; tell whether it held."""
    this = (deals.c.id == deal_id) & (deals.c.participant == participant)
    undone = update(deals).where(this, deals.c.undone_us.is_(None))
    return db.execute(undone.values(undone_us=now_us, undone_by=coach)).rowcount > 0


def standing(db: Connection, people: Collection[str], now_us: int) -> dict[str, Deal]:
    """Return the latest that holds now, by person."""
    columns = [deals.c[name] for name in Deal.__slots__]
    query = select(*columns).where(
        deals.c.participant.in_(people), deals.c.until_us > now_us, deals.c.undone_us.is_(None)
    )
    found = [Deal(*row) for row in db.execute(query.order_by(deals.c.id))]
    return {each.participant: each for each in found}
