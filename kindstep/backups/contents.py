"""What a backup says of itself: every file with its hash, and where its data stood."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from ingest import durable

NAME: Final = "backup.json"
_CHUNK: Final = 1 << 20


class BadBackup(RuntimeError):
    """A backup cannot be used; the message says which file is at fault."""


class BackedUp(msgspec.Struct, frozen=True):
    """One file as it was copied."""

    path: str  # below the data folder
    size: int  # bytes
    sha256: str


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """One backup. Files of the archive never change: backups share one copy of each."""

    version: int = 1
    kindstep: str  # the release that took it
    revision: str  # of the study's tables
    taken_us: int
    proved_us: int | None = None  # when it was restored aside and found right
    files: tuple[BackedUp, ...]
    archive: tuple[BackedUp, ...]

    @property
    def size(self) -> int:
        """Return how many bytes a restored folder takes."""
        return sum(file.size for file in (*self.files, *self.archive))


def read(backup: Path) -> Contents:
    """Return what a backup holds; raise BadBackup if it does not say so."""
    try:
        return msgspec.json.decode((backup / NAME).read_bytes(), type=Contents)
    except (OSError, msgspec.DecodeError) as error:
        raise BadBackup(f"{backup} is no backup: {error}") from error


def write(backup: Path, contents: Contents) -> None:
    """Put the list beside the files; with it a backup is whole."""
    unfinished = backup / f"{NAME}.new"
    unfinished.write_bytes(msgspec.json.format(msgspec.json.encode(contents)))
    durable.put(unfinished, backup / NAME)


def found(folder: Path) -> list[Path]:
    """Return the whole backups in a folder, the oldest first."""
    return sorted(path.parent for path in folder.glob(f"*/{NAME}"))


def files_in(folder: Path) -> list[Path]:
    """Return every file below a folder, in order of their names."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def copy(source: Path, target: Path, name: str) -> BackedUp:
    """Copy a file that nobody changes, and wait until it is on the disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("wb") as copied:
        for chunk in _chunks(source):
            digest.update(chunk)
            copied.write(chunk)
    durable.sync(target)
    return BackedUp(name, target.stat().st_size, digest.hexdigest())


def describe(path: Path, name: str) -> BackedUp:
    """Return a file's size and hash under its name in the data folder."""
    digest = hashlib.sha256()
    for chunk in _chunks(path):
        digest.update(chunk)
    return BackedUp(name, path.stat().st_size, digest.hexdigest())


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
