"""What was taken out of the archive to be kept elsewhere, told by whoever took it."""

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from ingest import durable
from ingest.archive.manifest import SealedFile, SealedHour

FOLDER: Final = "exports"


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """Every sample of some streams between two times, of all that was sealed by then."""

    by: str  # who, or which export
    at_us: int
    last: int  # the last position that was sealed when it was taken
    streams: tuple[str, ...]
    start_us: int
    end_us: int


def note(folder: Path, export: Export) -> None:
    """Keep it in a file of its own, so that no two of them meet."""
    path = folder / FOLDER / f"{export.at_us}-{secrets.token_hex(4)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.write_bytes(msgspec.json.encode(export))
    durable.put(unfinished, path)


def of(folder: Path) -> list[Export]:
    """Return all that were noted, the oldest first."""
    paths = (folder / FOLDER).glob("*.json")
    return [msgspec.json.decode(path.read_bytes(), type=Export) for path in sorted(paths)]


def took(exports: Iterable[Export], hour: SealedHour, file: SealedFile) -> bool:
    """Return whether several exports together hold every sample of a file."""
    spans = sorted(
        (export.start_us, export.end_us)
        for export in exports
        if file.stream in export.streams and export.last >= hour.last
    )
    upto_us = file.start_us
    for start_us, end_us in spans:
        if start_us <= upto_us:
            upto_us = max(upto_us, end_us)
    return upto_us > file.end_us
