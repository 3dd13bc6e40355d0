"""How ingest fares: gateways, devices, what nobody wears, and what nobody could read."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection

from ingest import commands, quarantine
from ingest import gateways as heard
from ingest.commands import Asked
from ingest.deadletters import Tally, tallies
from ingest.gateways import Battery, Heard
from ingest.quarantine import Unclaimed

__all__ = [
    "Asked",
    "Battery",
    "Heard",
    "Tally",
    "Unclaimed",
    "alerts",
    "batteries",
    "gateways",
    "letters",
    "pairings",
    "unclaimed",
]


def gateways(folder: Path) -> list[Heard]:
    """Return every gateway that ever spoke to the hub of this folder, by name."""
    return heard.last_heard(folder / "gateways.db")


def batteries(folder: Path, devices: Collection[str]) -> dict[str, Battery]:
    """Return what those of some devices that ever spoke of their battery said last."""
    return heard.batteries(folder / "gateways.db", devices)


def alerts(folder: Path, device: str, since_us: int) -> list[Asked]:
    """Return how a device was asked to ring or to end it, oldest first."""
    return commands.alerts(folder / "commands.db", device, since_us)


def pairings(folder: Path, device: str, since_us: int) -> list[Asked]:
    """Return how a device was to be paired, oldest first."""
    return commands.pairings(folder / "commands.db", device, since_us)


def letters(folder: Path) -> list[Tally]:
    """Return how many messages could not be used, by kind of mistake."""
    return tallies(folder / "dead-letters.db")


def unclaimed(db: Connection, folder: Path) -> Iterator[tuple[str, Sequence[Unclaimed]]]:
    """Yield each device with what it said while nobody wore it, in order of time."""
    return quarantine.spans(db, folder / "accounts.db")
