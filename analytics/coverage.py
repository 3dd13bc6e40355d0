"""How far each device was heard, and whether more of a day may still come."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from analytics.hearing import Heard, Hole
from analytics.lookups import Day
from analytics.tables import holes, lanes, rescores
from ingest.store import upsert
from people import registry

#: After this long what a day still lacks is taken as lost.
GIVE_UP_US: Final = 72 * 3_600_000_000
#: Kinds of device, as their names begin, that keep nothing.
WITHOUT_MEMORY: Final = ("strap-",)
#: What devices of a kind keep, each in a memory of its own that is handed over by itself.
_KEPT: Final = {"glasses-": frozenset({"accel", "steps"})}
_LANES: Final = select(lanes).where(
    lanes.c.participant.in_(bindparam("people", expanding=True))
)
AWAY_US: Final = 10 * 60_000_000
BEHIND_US: Final = 2 * 60_000_000
_LATELY_US: Final = 86_400_000_000


@dataclass(slots=True)
class Coverage:
    """How far a person was heard."""

    heard: list[Heard] = field(default_factory=list[Heard])
    holes: list[Hole] = field(default_factory=list[Hole])
    late: set[date] = field(default_factory=set[date])  # days to be scored again

    def owes(self, day: Day) -> bool:
        """Return whether something within a day is known to be missing."""
        return day.day in self.late or any(
            hole.from_us < day.end_us and hole.until_us > day.start_us for hole in self.holes
        )

    def owes_lately(self, now_us: int) -> bool:
        """Return whether something of the last day is missing or not scored yet."""
        return bool(self.late) or any(
            now_us - hole.until_us < _LATELY_US for hole in self.holes
        )

    def reaches(self, device: str, at_us: int) -> bool:
        """Return whether a device can hold nothing from before an instant."""
        streams = [lane for lane in self.heard if lane.device == device]
        if not streams:  # what has a memory may hold everything
            return device.startswith(WITHOUT_MEMORY)
        if not kept_by(device) <= {lane.stream for lane in streams}:
            return False  # one memory was handed over, and nothing yet of another
        return all(lane.heard_until_us >= at_us for lane in streams if lane.counted)

    def until_us(self, now_us: int) -> int | None:
        """Return how far all devices with a memory were heard, of those not given up."""
        ends = [
            lane.heard_until_us
            for lane in self.heard
            if lane.counted and now_us - lane.received_us < GIVE_UP_US
        ]
        return min(ends, default=None)

    def is_behind(self, devices: Collection[str], now_us: int) -> bool:
        """Return whether one of the devices may hold more, or is handing it over."""
        return any(
            now_us - lane.heard_until_us > AWAY_US
            or lane.received_us - lane.heard_until_us > BEHIND_US
            for lane in self.heard
            if lane.counted and lane.device in devices
        )


def kept_by(device: str) -> frozenset[str]:
    """Return which streams a device is known to keep until they are handed over."""
    kinds = [kept for kind, kept in _KEPT.items() if device.startswith(kind)]
    return frozenset[str]().union(*kinds)


def note(db: Connection, heard: Iterable[Heard]) -> None:
    """Keep how far streams were heard."""
    rows = [{column.name: getattr(lane, column.name) for column in lanes.c} for lane in heard]
    if rows:
        db.execute(upsert(db, lanes), rows)


def further(db: Connection, heard: Iterable[Heard]) -> list[Heard]:
    """Return those streams that were heard further than is known."""
    streams = list(heard)
    known = {
        (lane.participant, lane.device, lane.stream): lane.heard_until_us
        for person in _heard(db, {lane.participant for lane in streams}).values()
        for lane in person.heard
    }
    return [
        lane
        for lane in streams
        if lane.heard_until_us > known.get((lane.participant, lane.device, lane.stream), 0)
    ]


def note_holes(db: Connection, dug: Iterable[Hole], filled: Iterable[Hole]) -> None:
    """Keep what is missing, without what has come since."""
    rows = [asdict(hole) for hole in dug]
    if rows:
        db.execute(upsert(db, holes), rows)
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


def of(db: Connection, participants: Collection[str]) -> dict[str, Coverage]:
    """Return how far each participant was heard."""
    people = _heard(db, participants)
    for row in db.execute(select(holes).where(holes.c.participant.in_(people))):
        people[row[0]].holes.append(Hole(*row))
    late = rescores.c.participant.in_(people) & rescores.c.refused.is_(None)
    for row in db.execute(select(rescores).where(late)):
        people[row[0]].late.add(row[1])
    return people


def _heard(db: Connection, participants: Collection[str]) -> dict[str, Coverage]:
    people = {participant: Coverage() for participant in participants}
    for row in db.execute(_LANES, {"people": list(people)}):
        people[row[0]].heard.append(Heard(*row))
    return people


def completed(
    db: Connection, days: Mapping[str, Day], now_us: int, known: Mapping[str, Coverage]
) -> set[str]:
    """Return those whose day has nothing still to come, or was waited for long enough."""
    over = {who: day for who, day in days.items() if now_us >= day.end_us}
    given_up = {who for who, day in over.items() if now_us >= day.end_us + GIVE_UP_US}
    asked = {who: day for who, day in over.items() if not known[who].owes(day)}
    at_begin = _worn(db, {who: day.start_us for who, day in asked.items()})
    at_end = _worn(db, {who: day.end_us - 1 for who, day in asked.items()})
    return given_up | {
        who
        for who, day in asked.items()
        if all(known[who].reaches(device, day.end_us) for device in at_end[who])
        and all(
            _by_anyone(db, device).reaches(device, day.end_us)
            for device in {*at_begin[who]} - {*at_end[who]}
        )
    }


def _worn(db: Connection, at_us: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Return what each person wore at an instant of their own, by a query for each instant."""
    people: dict[int, list[str]] = {}
    for who, instant_us in at_us.items():
        people.setdefault(instant_us, []).append(who)
    return {
        who: devices
        for instant_us, theirs in people.items()
        for who, devices in registry.devices_of_all(db, theirs, instant_us).items()
    }


def _by_anyone(db: Connection, device: str) -> Coverage:
    """Return how far a device was heard, whoever wore it."""
    last_us = (func.max(lanes.c.heard_until_us), func.max(lanes.c.received_us))
    query = select(lanes.c.stream, lanes.c.counted, *last_us).where(lanes.c.device == device)
    rows = db.execute(query.group_by(lanes.c.stream, lanes.c.counted))
    return Coverage([Heard("", device, *row) for row in rows])


def catching_up(db: Connection, participant: str, now_us: int) -> bool:
    """Return whether a device worn now may still hold what happened, or is handing it over."""
    return participant in catching_up_of(db, [participant], now_us)


def catching_up_of(db: Connection, participants: Collection[str], now_us: int) -> set[str]:
    """Return those of many participants, by a few queries."""
    worn = registry.devices_of_all(db, participants, now_us)
    known = of(db, participants)
    return {
        who
        for who in worn
        if known[who].is_behind(worn[who], now_us) or known[who].owes_lately(now_us)
    }
