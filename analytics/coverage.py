"""How far each device was heard, and whether more of a day may still come."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from analytics.tables import holes, lanes, upsert
from people import registry

#: After this long what a day still lacks is taken as lost.
GIVE_UP_US: Final = 72 * 3_600_000_000
#: Kinds of device, as their names begin, that keep nothing.
WITHOUT_MEMORY: Final = ("strap-",)
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

    def without(self, filled: "Hole") -> list["Hole"]:
        """Return what is left of it."""
        left = replace(self, until=filled.first, until_us=filled.from_us)
        right = replace(self, first=filled.until, from_us=filled.until_us)
        return [hole for hole in (left, right) if hole.first < hole.until]


def note(db: Connection, heard: Iterable[Heard]) -> None:
    """Keep how far streams were heard."""
    rows = [{column.name: getattr(lane, column.name) for column in lanes.c} for lane in heard]
    if rows:
        db.execute(upsert(lanes), rows)


def note_holes(db: Connection, dug: Iterable[Hole], filled: Iterable[Hole]) -> None:
    """Keep what is missing, without what has come since."""
    rows = [asdict(hole) for hole in dug]
    if rows:
        db.execute(upsert(holes), rows)
    for piece in filled:
        _fill(db, piece)


def _fill(db: Connection, filled: Hole) -> None:
    same = (
        (holes.c.participant == filled.participant)
        & (holes.c.device == filled.device)
        & (holes.c.stream == filled.stream)
        & (holes.c.boot == filled.boot)
        & (holes.c.first < filled.until)
        & (holes.c.until > filled.first)
    )
    open_holes = [Hole(*row) for row in db.execute(select(holes).where(same))]
    if not open_holes:
        return
    db.execute(delete(holes).where(same))
    left = [asdict(rest) for hole in open_holes for rest in hole.without(filled)]
    if left:
        db.execute(insert(holes), left)


def heard(db: Connection, participants: Collection[str]) -> dict[str, list[Heard]]:
    """Return how far each participant's streams were heard."""
    query = select(lanes).where(lanes.c.participant.in_(participants))
    found: dict[str, list[Heard]] = {}
    for row in db.execute(query):
        found.setdefault(row[0], []).append(Heard(*row))
    return found


def open_holes(db: Connection, participants: Collection[str]) -> dict[str, list[Hole]]:
    """Return what each participant's devices still owe."""
    query = select(holes).where(holes.c.participant.in_(participants))
    found: dict[str, list[Hole]] = {}
    for row in db.execute(query):
        found.setdefault(row[0], []).append(Hole(*row))
    return found


def is_complete(
    db: Connection,
    participant: str,
    start_us: int,
    end_us: int,
    now_us: int,
    known: Sequence[Heard],
    owed: Sequence[Hole],
) -> bool:
    """Return whether nothing of a day is still to come, or it was waited for long enough."""
    if now_us < end_us:
        return False
    if now_us >= end_us + GIVE_UP_US:
        return True
    if any(hole.from_us < end_us and hole.until_us > start_us for hole in owed):
        return False
    during = (start_us, end_us - 1)
    worn = {
        device for at_us in during for device in registry.devices_of(db, participant, at_us)
    }
    return all(_handed_over(device, known, end_us) for device in worn)


def _handed_over(device: str, known: Sequence[Heard], end_us: int) -> bool:
    streams = [lane for lane in known if lane.device == device]
    if not streams:  # never heard: what has a memory may hold the whole day
        return device.startswith(WITHOUT_MEMORY)
    return all(lane.heard_until_us >= end_us for lane in streams if lane.counted)


def heard_until_us(known: Sequence[Heard], now_us: int) -> int | None:
    """Return how far all devices with a memory have handed over, of those not given up."""
    ends = [
        lane.heard_until_us
        for lane in known
        if lane.counted and now_us - lane.received_us < GIVE_UP_US
    ]
    return min(ends, default=None)


def catching_up(db: Connection, participant: str, now_us: int) -> bool:
    """Return whether a device worn now may still hold what happened, or is handing it over."""
    worn = registry.devices_of(db, participant, now_us)
    known: Mapping[str, list[Heard]] = heard(db, [participant])
    return any(
        now_us - lane.heard_until_us > AWAY_US
        or lane.received_us - lane.heard_until_us > BEHIND_US
        for lane in known.get(participant, [])
        if lane.counted and lane.device in worn
    )
