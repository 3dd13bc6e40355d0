"""Who wears which device when: half-open spans, one wearer at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from people.errors import Conflict
from people.identity import Role, check_person
from people.sentence import say
from people.tables import wearings


@dataclass(frozen=True, slots=True)
class Wearing:
    """One device on one person for a while."""

    device: str
    participant: str
    from_us: int
    until_us: int | None  # none: until further notice

    def covers(self, at_us: int) -> bool:
        """Return whether it was worn at an instant."""
        return self.from_us <= at_us and (self.until_us is None or at_us < self.until_us)


def assign(
    db: Connection, device: str, participant: str, from_us: int, until_us: int | None = None
) -> None:
    """Say who wears a device from an instant on; raise Conflict when someone does already."""
    check_person(db, participant, Role.PARTICIPANT)
    if until_us is not None and until_us <= from_us:
        raise Conflict(
            say(
                "%(device)s would be taken off at %(when)s, before it was put on",
                device=device,
                when=_at(until_us),
            )
        )
    _check_free(db, device, from_us, until_us)
    row = {
        "device": device,
        "participant": participant,
        "from_us": from_us,
        "until_us": until_us,
    }
    db.execute(insert(wearings).values(row))


def extend(db: Connection, device: str, participant: str, from_us: int, until_us: int) -> None:
    """Let the time for which someone wore a device hold a span; raise Conflict as `assign`.

    What lay between counts as worn.
    """
    mine = [each for each in wearers_of(db, device) if each.participant == participant]
    ends = [until_us, *(each.until_us for each in mine)]
    known = [end for end in ends if end is not None]
    theirs = (wearings.c.device == device) & (wearings.c.participant == participant)
    db.execute(delete(wearings).where(theirs))
    from_us = min([from_us, *(each.from_us for each in mine)])
    assign(db, device, participant, from_us, max(known) if len(known) == len(ends) else None)


def release(db: Connection, device: str, until_us: int) -> None:
    """End the wearing that has no end yet; raise Conflict when there is none by then."""
    is_open = (wearings.c.device == device) & wearings.c.until_us.is_(None)
    by_then = is_open & (wearings.c.from_us < until_us)
    if db.execute(update(wearings).where(by_then).values(until_us=until_us)).rowcount == 0:
        raise Conflict(
            say("nobody wears %(device)s at %(when)s", device=device, when=_at(until_us))
        )


def hand_over(db: Connection, device: str, participant: str, at_us: int) -> None:
    """Let another participant wear a device from an instant on."""
    check_person(db, participant, Role.PARTICIPANT)  # before anything changes
    release(db, device, at_us)
    assign(db, device, participant, at_us)


def wearer(db: Connection, device: str, at_us: int) -> str | None:
    """Return who wore a device at an instant."""
    return db.scalar(_WEARER, {"device": device, "at_us": at_us})


def devices_of(db: Connection, participant: str, at_us: int) -> tuple[str, ...]:
    """Return what a participant wore at an instant."""
    return devices_of_all(db, [participant], at_us)[participant]


def devices_of_all(
    db: Connection, participants: Collection[str], at_us: int
) -> dict[str, tuple[str, ...]]:
    """Return the same of many participants, by one query."""
    worn: dict[str, tuple[str, ...]] = dict.fromkeys(participants, ())
    for participant, device in db.execute(_WORN, {"people": list(worn), "at_us": at_us}):
        worn[participant] += (device,)
    return worn


def devices_between(
    db: Connection, participant: str, start_us: int, end_us: int
) -> tuple[str, ...]:
    """Return what a participant wore at any time within a span."""
    theirs = (wearings.c.participant == participant) & (wearings.c.from_us < end_us)
    query = select(wearings.c.device).where(theirs, _ends_after(start_us)).distinct()
    return tuple(db.scalars(query.order_by(wearings.c.device)))


def wearings_of(db: Connection, participant: str) -> list[Wearing]:
    """Return all that a participant ever wore, in order of time."""
    return _wearings(db, wearings.c.participant == participant)


def wearers_of(db: Connection, device: str) -> list[Wearing]:
    """Return all who ever wore a device, in order of time."""
    return wearers_of_all(db, [device])[device]


def wearers_of_all(db: Connection, devices: Collection[str]) -> dict[str, list[Wearing]]:
    """Return the same of many devices, by one query."""
    found: dict[str, list[Wearing]] = {device: [] for device in devices}
    for each in _wearings(db, wearings.c.device.in_(found)):
        found[each.device].append(each)
    return found


def _wearings(db: Connection, which: ColumnElement[bool]) -> list[Wearing]:
    columns = wearings.c
    query = select(columns.device, columns.participant, columns.from_us, columns.until_us)
    return [Wearing(*row) for row in db.execute(query.where(which).order_by(columns.from_us))]


def _check_free(db: Connection, device: str, from_us: int, until_us: int | None) -> None:
    overlaps = (wearings.c.device == device) & _ends_after(from_us)
    if until_us is not None:
        overlaps &= wearings.c.from_us < until_us
    query = select(wearings.c.participant, wearings.c.from_us).where(overlaps).limit(1)
    taken = db.execute(query).one_or_none()
    if taken:
        raise Conflict(
            say(
                "%(device)s is worn by %(who)s, since %(when)s",
                device=device,
                who=taken[0],
                when=_at(taken[1]),
            )
        )


def _at(us: int) -> str:
    return f"{datetime.fromtimestamp(us / 1e6, UTC):%Y-%m-%d %H:%M}Z"


def _ends_after(at_us: int | BindParameter[int]) -> ColumnElement[bool]:
    return or_(wearings.c.until_us.is_(None), wearings.c.until_us > at_us)


_AT: Final = bindparam("at_us", type_=wearings.c.from_us.type)
_COVERS: Final = (wearings.c.from_us <= _AT) & _ends_after(_AT)
_WEARER: Final = select(wearings.c.participant).where(
    wearings.c.device == bindparam("device"), _COVERS
)
_WORN: Final = (
    select(wearings.c.participant, wearings.c.device)
    .where(wearings.c.participant.in_(bindparam("people", expanding=True)), _COVERS)
    .order_by(wearings.c.device)
)
