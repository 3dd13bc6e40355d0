"""How ingest fares: gateways, what nobody wears, and what nobody could read."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection

from ingest import quarantine
from ingest.deadletters import Tally, tallies
from ingest.gateways import Heard, last_heard
from ingest.quarantine import Unclaimed

__all__ = ["Heard", "Tally", "Unclaimed", "gateways", "letters", "unclaimed"]


def gateways(folder: Path) -> list[Heard]:
    """Return every gateway that ever spoke to the hub of this folder, by name."""
    return last_heard(folder / "gateways.db")


def letters(folder: Path) -> list[Tally]:
    """Return how many messages could not be used, by kind of mistake."""
    return tallies(folder / "dead-letters.db")


def unclaimed(db: Connection, folder: Path) -> Iterator[tuple[str, Sequence[Unclaimed]]]:
    """Yield each device with what it said while nobody wore it, in order of time."""
    return quarantine.spans(db, folder / "accounts.db")
