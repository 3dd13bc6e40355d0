"""What devices said while nobody wore them: stored like all else, and scored for nobody."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from ingest import reports
from ingest.ledger import Ledger
from people import registry
from people.registry import Wearing


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """A stretch of a stream that belongs to nobody yet."""

    stream: str
    start_us: int
    end_us: int


def spans(db: Connection, ledger: Path) -> Iterator[tuple[str, list[Unclaimed]]]:
    """Yield each device with what of it nobody wore, in order of time."""
    if not ledger.exists():  # no hub has run here yet
        return
    with Ledger(ledger, read_only=True) as kept:
        devices = sorted({device for device, _ in kept.every()})
    for device in devices:
        wearings = registry.wearers_of(db, device)
        found = [
            Unclaimed(stream.stream, *span)
            for stream in reports.of_device(ledger, device)
            for stored in stream.ranges
            for span in _unworn(stored.start_us, stored.end_us, wearings)
        ]
        if found:
            yield device, sorted(found, key=lambda each: each.start_us)


def _unworn(
    start_us: int, end_us: int, wearings: Iterable[Wearing]
) -> Iterator[tuple[int, int]]:
    """Yield the parts of a span that no wearing covers; they are in order of time."""
    for worn in wearings:
        if worn.from_us > end_us or start_us > end_us:
            break
        if worn.from_us > start_us:
            yield start_us, worn.from_us
        start_us = end_us + 1 if worn.until_us is None else max(start_us, worn.until_us)
    if start_us <= end_us:
        yield start_us, end_us
