"""The sides of a challenge: what they add up to, and how each stands.

Standings are worked out when days change, and kept: whoever looks at a board, and many do,
reads five rows of thousands.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, func, select, update

from coaching.challenges.effort import Tally
from coaching.challenges.side import Side, Sides, Standing, Standings
from coaching.challenges.tables import challenge_sides
from ingest.store import insert_once


@dataclass(frozen=True, slots=True)
class Growth:
    """What comes to a side, or goes from it."""

    challenge: str
    side: str
    tally: Tally
    members: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A side among all that are shown."""

    side: str
    members: int
    standing: Standing
    rank: int  # those that are level share one
    of: int  # sides
    is_lowest: bool  # or as low as the lowest


def read(db: Connection, challenge_id: str, only: Collection[str] | None = None) -> Sides:
    """Return what each side has come to, or what some have."""
    query = _SIDES if only is None else _SIDES.where(challenge_sides.c.side.in_(only))
    found: dict[str, Side] = {}
    for row in db.execute(query, {"which": challenge_id}):
        side, size, reached_us, *counts = tuple[Any, ...](row)
        found[side] = Side(Tally(*counts), (), size, reached_us is not None)
    return found


def are_settled(db: Connection, challenge_id: str) -> bool:
    """Tell whether there are sides, and nothing is still to come to any."""
    open_days = db.scalar(_OPEN_DAYS, {"which": challenge_id})
    return open_days == 0


def begin(db: Connection, challenge_id: str, side: str) -> None:
    """Let a side begin with whoever comes first."""
    insert_once(db, challenge_sides, {"challenge": challenge_id, "side": side})


def grow(db: Connection, changes: Sequence[Growth]) -> None:
    """Add tallies and people to sides."""
    more: dict[tuple[str, str], tuple[Tally, int]] = {}
    for each in changes:
        so_far, count = more.get((each.challenge, each.side), (Tally(), 0))
        more[each.challenge, each.side] = (so_far + each.tally, count + each.members)
    rows = [
        {"which": challenge, "on": side, "people": people}
        | {f"more_{name}": value for name, value in asdict(tally).items()}
        for (challenge, side), (tally, people) in more.items()
    ]
    db.execute(_GROW, rows)


def note_won(db: Connection, challenge_id: str, side: str, now_us: int) -> None:
    """Note that a side reached its aim, once and for all."""
    here = (challenge_sides.c.challenge == challenge_id) & (challenge_sides.c.side == side)
    db.execute(update(challenge_sides).where(here).values(reached_us=now_us))


def keep(db: Connection, challenge_id: str, standings: Standings) -> None:
    """Keep how sides stand now."""
    rows = [
        {"which": challenge_id, "on": side, "new_score": each.score, "new_says": each.says}
        for side, each in standings.items()
    ]
    if rows:
        db.execute(_STAND, rows)


def standing(db: Connection, challenge_id: str, side: str) -> Standing:
    """Return how a side stands."""
    here = (challenge_sides.c.challenge == challenge_id) & (challenge_sides.c.side == side)
    columns = (challenge_sides.c.score, challenge_sides.c.says, challenge_sides.c.reached_us)
    score, says, reached_us = db.execute(select(*columns).where(here)).one()
    return Standing(score, says, reached_us is not None)


def around(
    db: Connection, challenge_id: str, mine: str, neighbours: int, fewest: int
) -> list[Place]:
    """Return a side among its neighbours, best first.

    Others with fewer than `fewest` members are passed over.
    """
    asked = {"which": challenge_id, "mine": mine, "near": neighbours, "fewest": fewest}
    return [
        Place(
            row.side,
            row.members,
            Standing(row.score, row.says, row.reached_us is not None),
            row.rank,
            row.of,
            row.height == row.lowest,
        )
        for row in db.execute(_AROUND, asked)
    ]


_HERE = (challenge_sides.c.challenge == bindparam("which")) & (challenge_sides.c.members > 0)
_SIDES: Select[Any] = select(
    challenge_sides.c.side,
    challenge_sides.c.members,
    challenge_sides.c.reached_us,
    *(challenge_sides.c[name] for name in Tally.__slots__),
).where(_HERE)
_OPEN_DAYS = select(func.sum(challenge_sides.c.open_days)).where(_HERE)
_THIS = (challenge_sides.c.challenge == bindparam("which")) & (
    challenge_sides.c.side == bindparam("on")
)
_GROW = (
    update(challenge_sides)
    .where(_THIS)
    .values(
        {name: challenge_sides.c[name] + bindparam(f"more_{name}") for name in Tally.__slots__}
        | {"members": challenge_sides.c.members + bindparam("people")}
    )
)
_STAND = (
    update(challenge_sides)
    .where(_THIS)
    .values(score=bindparam("new_score"), says=bindparam("new_says"))
)


def _around() -> Select[Any]:
    """Return the query for a side and its neighbours; no score is lower than any."""
    height = func.coalesce(challenge_sides.c.score, -1)
    is_shown = challenge_sides.c.members >= bindparam("fewest")
    shown = (
        select(
            *(challenge_sides.c[name] for name in ("side", "members", "score", "says")),
            challenge_sides.c.reached_us,
            height.label("height"),
            func.rank().over(order_by=height.desc()).label("rank"),
            func.row_number()
            .over(order_by=[height.desc(), challenge_sides.c.side])
            .label("place"),
            func.count().over().label("of"),
            func.min(height).over().label("lowest"),
        )
        .where(_HERE, is_shown | (challenge_sides.c.side == bindparam("mine")))
        .cte("shown")
    )
    here = select(shown.c.place).where(shown.c.side == bindparam("mine")).scalar_subquery()
    near = bindparam("near", type_=Integer)
    return (
        select(shown)
        .where(shown.c.place.between(here - near, here + near))
        .order_by(shown.c.place)
    )


_AROUND = _around()
