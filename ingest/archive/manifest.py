"""What the archive holds: a file that the manifest does not name is not there."""

from pathlib import Path
from typing import Final

import msgspec

from ingest import durable

MANIFEST: Final = "manifest.json"


class SealedFile(msgspec.Struct, frozen=True, kw_only=True):
    """One stream during one hour; or, without a stream, what was refused in that hour."""

    path: str  # below the archive's folder
    stream: str | None
    rows: int
    size: int  # bytes
    sha256: str
    start_us: int  # first and last sample
    end_us: int


class SealedHour(msgspec.Struct, frozen=True, kw_only=True):
    """Consecutive positions of the log, sealed together."""

    start_us: int
    first: int
    last: int
    files: tuple[SealedFile, ...]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Every sealed hour in order of position."""

    version: int = 1
    hours: tuple[SealedHour, ...] = ()

    @property
    def last(self) -> int:
        """Return the last position that is sealed, 0 if none is."""
        return self.hours[-1].last if self.hours else 0

    def files(self) -> list[SealedFile]:
        return [file for hour in self.hours for file in hour.files]


class ManifestFile:
    """The manifest on disk, read again only when it changed."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / MANIFEST
        self._read: tuple[tuple[int, int], Manifest] | None = None

    def read(self) -> Manifest:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return Manifest()
        stamp = (stat.st_ino, stat.st_mtime_ns)
        read = self._read
        if read is None or read[0] != stamp:
            read = stamp, msgspec.json.decode(self._path.read_bytes(), type=Manifest)
            self._read = read
        return read[1]

    def add(self, hour: SealedHour) -> None:
        """Name an hour's files, all or none."""
        manifest = Manifest(hours=(*self.read().hours, hour))
        unfinished = self._path.with_suffix(".new")
        unfinished.write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        durable.put(unfinished, self._path)
