"""What somebody wears: when it was heard, its battery, and what came of finding it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from analytics import scores
from gateway import wire
from ingest import operating
from ingest.operating import Asked, Battery
from people import registry
from web.gateways import LOW_BATTERY_PERCENT

#: So long a page tells what came of it.
_LATELY_US: Final = 600_000_000
_WHY_NOT: Final = {
    wire.NOT_CONNECTED: "away",
    wire.CANNOT_RING: "cannot",
}


@dataclass(frozen=True, slots=True)
class Search:
    """What came of letting a device ring, or of ending it."""

    state: str  # "asked" | "rings" | "quiet" | "away" | "cannot" | "unanswered"
    at_us: int


@dataclass(frozen=True, slots=True)
class Worn:
    """One device."""

    device: str
    source: str | None  # whose export brought it; none: gateways hear it
    heard_us: int | None
    battery: Battery | None
    battery_is_low: bool
    search: Search | None


def worn(db: Connection, ingest: Path, participant: str, now_us: int) -> list[Worn]:
    """Return everything that a participant wears now, and what their exports brought."""
    ever = (each.device for each in registry.wearings_of(db, participant))
    brought = {each for each in ever if scores.imported_from(each) is not None}
    devices = sorted(brought.union(registry.devices_of(db, participant, now_us)))
    heard_us = _heard_us(operating.gateways(ingest)) if devices else {}
    batteries = operating.batteries(ingest, devices)
    return [
        _worn(each, heard_us.get(each), batteries.get(each), search(ingest, each, now_us))
        for each in devices
    ]


def _worn(
    device: str, heard_us: int | None, battery: Battery | None, search: Search | None
) -> Worn:
    known_us = [at_us for at_us in (heard_us, battery and battery.at_us) if at_us is not None]
    return Worn(
        device=device,
        source=scores.imported_from(device),
        heard_us=max(known_us, default=None),
        battery=battery,
        battery_is_low=battery is not None and battery.percent < LOW_BATTERY_PERCENT,
        search=search,
    )


def _heard_us(gateways: Iterable[operating.Heard]) -> dict[str, int]:
    """Return when any gateway heard each device last."""
    found: dict[str, int] = {}
    for gateway in gateways:
        for seen in gateway.status.devices:
            if seen.last_heard_us is not None:
                found[seen.device] = max(seen.last_heard_us, found.get(seen.device, 0))
    return found


def search(ingest: Path, device: str, now_us: int) -> Search | None:
    """Return what came of letting a device ring lately, if it was asked."""
    lately = operating.alerts(ingest, device, now_us - _LATELY_US)
    if not lately:
        return None
    last = lately[-1]
    return Search(_state(last, now_us), last.answer.at_us if last.answer else last.at_us)


def _state(asked: Asked, now_us: int) -> str:
    answer = asked.answer
    if answer is None:
        return "asked" if asked.waits(now_us) else "away"
    if answer.done:
        return "rings" if asked.command.level else "quiet"
    return _WHY_NOT.get(answer.reason, "unanswered")
