"""Invitations by a link that says nothing of anyone; the inviter learns only "joined"."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Select, insert, select, update

from coaching.circles.tables import invites
from coaching.daytime import DAY_US

LASTS_US: Final = 14 * DAY_US
MOST_OPEN: Final = 20


@dataclass(frozen=True, slots=True)
class Invite:
    """One invitation. Who came by it stands nowhere."""

    inviter: str
    team: str | None
    made_us: int
    expires_us: int
    joined_us: int | None


def make(db: Connection, hashed: str, inviter: str, team: str | None, now_us: int) -> bool:
    """Keep an invitation; return False when too many are open."""
    still_open = [
        each
        for each in made_by(db, inviter)
        if each.joined_us is None and each.expires_us > now_us
    ]
    if len(still_open) >= MOST_OPEN:
        return False
    row = {
        "hash": hashed,
        "inviter": inviter,
        "team": team,
        "made_us": now_us,
        "expires_us": now_us + LASTS_US,
    }
    db.execute(insert(invites).values(row))
    return True


def good(db: Connection, hashed: str, now_us: int) -> Invite | None:
    """Return an invitation that may still be accepted."""
    usable = invites.c.joined_us.is_(None) & (invites.c.expires_us > now_us)
    row = db.execute(_all().where(invites.c.hash == hashed, usable)).first()
    return None if row is None else Invite(*row)


def use(db: Connection, hashed: str, now_us: int) -> None:
    """Note that someone joined."""
    db.execute(update(invites).where(invites.c.hash == hashed).values(joined_us=now_us))


def made_by(db: Connection, inviter: str) -> list[Invite]:
    """Return someone's invitations, the latest first."""
    mine = _all().where(invites.c.inviter == inviter)
    return [Invite(*row) for row in db.execute(mine.order_by(invites.c.made_us.desc()))]


def _all() -> Select[*tuple[object, ...]]:
    return select(*(invites.c[name] for name in Invite.__slots__))
