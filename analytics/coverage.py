"""How far each device was heard, and whether more of a day may still come."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from analytics.tables import lanes
from people import registry

#: After this long what a day still lacks is taken as lost.
GIVE_UP_US: Final = 72 * 3_600_000_000
AWAY_US: Final = 10 * 60_000_000
BEHIND_US: Final = 2 * 60_000_000


@dataclass(frozen=True, slots=True)
class Heard:
    """How far one stream of a device was heard."""

    participant: str
    device: str
    stream: str
    counted: bool  # the device counts its samples: it has a memory
    heard_until_us: int
    received_us: int  # when the last of it came


@dataclass(frozen=True, slots=True)
class Hole:
    """Samples that a device counted, brought by nobody yet."""

    participant: str
    device: str
    stream: str
    boot: int
    first: int
    until: int
    from_us: int
    until_us: int


def heard(db: Connection, participants: Collection[str]) -> dict[str, list[Heard]]:
    """Return how far each participant's streams were heard."""
    query = select(lanes).where(lanes.c.participant.in_(participants))
    found: dict[str, list[Heard]] = {}
    for row in db.execute(query).tuples():
        found.setdefault(row[0], []).append(Heard(*row))
    return found


def catching_up(db: Connection, participant: str, now_us: int) -> bool:
    """Return whether a device worn now may still hold what happened, or is handing it over."""
    worn = registry.devices_of(db, participant, now_us)
    known = heard(db, [participant]).get(participant, [])
    return any(
        now_us - lane.heard_until_us > AWAY_US
        or lane.received_us - lane.heard_until_us > BEHIND_US
        for lane in known
        if lane.counted and lane.device in worn
    )
