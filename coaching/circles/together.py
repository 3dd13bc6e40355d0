"""Friends and teams: cheers, and the record of what people said to each other.

An interaction is meaningful when both had a part in it: an answer, a cheer returned. That
something was opened is none.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from coaching.daytime import DAY_US
from coaching.giving.tables import cheers, interactions
from ingest.store import insert_once
from people import registry
from people.authorize import Action, Actor, Role, Topic, authorize

_RETURNED_WITHIN_US = 7 * DAY_US


@dataclass(frozen=True, slots=True)
class Cheer:
    """Someone cheered."""

    sender: str
    at_us: int


@dataclass(frozen=True, slots=True)
class Interaction:
    """Something two people, or a person and the coach, did together."""

    kind: str  # "cheer", "message", ...
    about: str  # which one; told twice it is still one
    with_whom: str
    at_us: int
    channel: str


def cheer(db: Connection, sender: str, receiver: str, now_us: int) -> bool:
    """Cheer someone of one's circle; return False when it was done today already.

    One that returns a cheer of the last week is an interaction of both. Raises Refused for
    anyone outside the circle.
    """
    actor = Actor(sender, Role.PARTICIPANT)
    authorize(db, actor, Action.CHEER, receiver, Topic.CIRCLE, now_us=now_us)
    day = registry.local_day(db, sender, now_us)
    row = {"sender": sender, "receiver": receiver, "day": day, "at_us": now_us}
    if not insert_once(db, cheers, row):
        return False
    if _was_cheered(db, sender, receiver, now_us):
        interact(db, receiver, sender, f"cheer:{day} {sender}", now_us)
        interact(db, sender, receiver, f"cheer:{day} {receiver}", now_us)
    return True


def _was_cheered(db: Connection, sender: str, receiver: str, now_us: int) -> bool:
    back = (cheers.c.sender == receiver) & (cheers.c.receiver == sender)
    lately = cheers.c.at_us.between(now_us - _RETURNED_WITHIN_US, now_us)
    return db.execute(select(cheers.c.day).where(back, lately).limit(1)).first() is not None


def cheers_for(db: Connection, participant: str, since_us: int) -> list[Cheer]:
    """Return who cheered a participant since an instant, the latest first."""
    received = (cheers.c.receiver == participant) & (cheers.c.at_us >= since_us)
    query = select(cheers.c.sender, cheers.c.at_us).where(received)
    rows = db.execute(query.order_by(cheers.c.at_us.desc(), cheers.c.sender))
    return [Cheer(*row) for row in rows]


def interact(
    db: Connection,
    participant: str,
    with_whom: str,
    about: str,
    at_us: int,
    channel: str = "app",
) -> bool:
    """Record an interaction `about` a `kind:which`; return False when it stood already."""
    kind, _, which = about.partition(":")
    row = {
        "participant": participant,
        "kind": kind,
        "about": which,
        "with_whom": with_whom,
        "at_us": at_us,
        "channel": channel,
    }
    return insert_once(db, interactions, row)


def interactions_of(db: Connection, participant: str, since_us: int) -> list[Interaction]:
    """Return a participant's interactions since an instant, in order."""
    mine = (interactions.c.participant == participant) & (interactions.c.at_us >= since_us)
    query = select(*(interactions.c[name] for name in Interaction.__slots__)).where(mine)
    rows = db.execute(query.order_by(interactions.c.at_us)).mappings()
    return [Interaction(**row) for row in rows]
