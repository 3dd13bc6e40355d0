"""Gateways and what they hold, as an operator's page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from gateway.wire import GatewayStatus, Seen
from ingest.operating import Heard
from people import registry
from people.sentence import Sentence, say

#: A gateway speaks for itself every eight seconds; a broker notices its end within 23.
_SILENT_US: Final = 45_000_000
_LATE_US: Final = 60_000_000
_OLD_US: Final = 600_000_000
LOW_BATTERY_PERCENT: Final = 20
_LEVELS: Final = ("alert", "watch", "ok")
_HELD: Final = ("streaming", "handing_over")


@dataclass(frozen=True, slots=True)
class Device:
    """A device as its gateway saw it last."""

    seen: Seen
    gateway: str
    wearer: str | None
    is_told: bool  # false: its gateway is gone, and nobody knows
    battery_is_low: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One gateway."""

    name: str
    level: str  # "alert" | "watch" | "ok"
    says: tuple[Sentence, ...]  # what is wrong, the worst first
    heard_us: int
    late_p95_us: int | None
    status: GatewayStatus
    held: int | None  # devices that it is connected to; none: it is gone
    wearers: tuple[str, ...]  # of whom nothing comes while it is gone


def devices(db: Connection, heard: Sequence[Heard], now_us: int) -> list[Device]:
    """Return every device a gateway has, by name."""
    return sorted(
        (
            Device(
                seen=seen,
                gateway=each.status.gateway,
                wearer=registry.wearer(db, seen.device, now_us),
                is_told=not _gone(each, now_us),
                battery_is_low=(
                    seen.battery_percent is not None
                    and seen.battery_percent < LOW_BATTERY_PERCENT
                ),
            )
            for each in heard
            for seen in each.status.devices
        ),
        key=lambda device: (device.seen.device, device.gateway),
    )


def rows(heard: Sequence[Heard], known: Sequence[Device], now_us: int) -> list[Row]:
    """Return every gateway, whichever needs somebody first."""
    found = [_row(each, known, now_us) for each in heard]
    return sorted(found, key=lambda row: (_LEVELS.index(row.level), row.name))


def _row(heard: Heard, known: Sequence[Device], now_us: int) -> Row:
    status = heard.status
    theirs = [device for device in known if device.gateway == status.gateway]
    gone, faults = _gone(heard, now_us), _faults(heard, now_us)
    level = _level(is_grave=bool(gone or status.spool_full), faults=faults)
    return Row(
        name=status.gateway,
        level=level,
        says=(gone, *faults) if gone else tuple(faults),
        heard_us=heard.heard_us,
        late_p95_us=heard.late_p95_us,
        status=status,
        held=None if gone else sum(device.seen.state in _HELD for device in theirs),
        wearers=tuple(sorted({device.wearer for device in theirs if device.wearer})),
    )


def _level(*, is_grave: bool, faults: Sequence[Sentence]) -> str:
    if is_grave:
        return "alert"
    return "watch" if faults else "ok"


def _gone(heard: Heard, now_us: int) -> Sentence | None:
    if not heard.status.online:
        return say("disconnected")
    return say("silent") if now_us - heard.heard_us > _SILENT_US else None


def _faults(heard: Heard, now_us: int) -> list[Sentence]:
    status = heard.status
    oldest_us = status.oldest_spooled_us
    said = [
        say("radio %(radio)s is gone", radio=radio.radio)
        for radio in status.radios
        if not radio.present
    ]
    if status.spool_full:
        said.insert(0, say("spool full: %(why)s", why=status.spool_full))
    if status.set_aside:
        said.append(say("%(count)s batches set aside", count=len(status.set_aside)))
    if oldest_us is not None and now_us - oldest_us > _OLD_US:
        said.append(say("holds what the hub has not stored for over 10 minutes"))
    if heard.late_p95_us is not None and heard.late_p95_us > _LATE_US:
        said.append(say("what it brings is late"))
    return said
