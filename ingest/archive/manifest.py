"""What the archive holds: a file that the manifest does not name is not there."""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from operator import attrgetter
from pathlib import Path
from typing import Final

import msgspec

from ingest import durable
from ingest.layout import FileUnusable

MANIFEST: Final = "manifest.json"
_VERSION: Final = 1
_last = attrgetter("last")


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """What a file was before its samples were dropped, and when that was."""

    at_us: int
    rows: int
    size: int  # bytes


class SealedFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One stream during one hour; or, without a stream, what was refused in that hour.

    Of many devices there are several files, each of devices that follow each other by name.
    """

    path: str  # below the archive's folder
    stream: str | None
    rows: int
    size: int  # bytes
    sha256: str
    start_us: int  # first and last sample
    end_us: int
    can_drop: bool = True  # False: among it are events whose values tell echoes from news
    devices: tuple[str, str] | None = None  # the first and the last by name; None: any
    dropped: Dropped | None = None  # then each row is all that is left of a batch


class SealedHour(msgspec.Struct, frozen=True, kw_only=True):
    """Consecutive positions of the log, sealed together."""

    start_us: int
    first: int
    last: int
    files: tuple[SealedFile, ...]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Every sealed hour in order of position."""

    version: int = _VERSION
    hours: tuple[SealedHour, ...] = ()
    leaving: tuple[str, ...] = ()  # files that no hour names any more, about to be removed

    @property
    def last(self) -> int:
        """Return the last position that is sealed, 0 if none is."""
        return self.hours[-1].last if self.hours else 0

    def files(self) -> list[SealedFile]:
        return [file for hour in self.hours for file in hour.files]

    def beyond(self, position: int) -> SealedHour | None:
        """Return the hour that holds the next position, or a later one."""
        at = bisect_right(self.hours, position, key=_last)
        return self.hours[at] if at < len(self.hours) else None

    def files_beyond(self, position: int) -> list[SealedFile]:
        """Return the files of that hour and all later ones."""
        at = bisect_right(self.hours, position, key=_last)
        return [file for hour in self.hours[at:] for file in hour.files]

    def replaced(self, heads: Mapping[str, SealedFile]) -> "Manifest":
        """Return it with other files in place of some paths, which leave."""
        hours = [
            msgspec.structs.replace(
                hour, files=tuple(heads.get(file.path, file) for file in hour.files)
            )
            for hour in self.hours
        ]
        return Manifest(hours=tuple(hours), leaving=(*self.leaving, *heads))

    def without(self, paths: Collection[str]) -> "Manifest":
        """Return it when these have left."""
        leaving = tuple(path for path in self.leaving if path not in paths)
        return Manifest(hours=self.hours, leaving=leaving)


class ManifestFile:
    """The manifest on disk, read again only when it changed."""

    def __init__(self, folder: Path) -> None:
        self.path: Final = folder / MANIFEST
        self._read: tuple[tuple[int, int], Manifest] | None = None

    def read(self) -> Manifest:
        """Return what it names; raise FileUnusable for one that is not of this release."""
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return Manifest()
        stamp = (stat.st_ino, stat.st_mtime_ns)
        read = self._read
        if read is None or read[0] != stamp:
            read = self._read = stamp, _decoded(self.path)
        return read[1]

    def add(self, hour: SealedHour) -> None:
        """Name an hour's files, all or none."""
        manifest = self.read()
        self.put(msgspec.structs.replace(manifest, hours=(*manifest.hours, hour)))

    def put(self, manifest: Manifest) -> None:
        """Let this be what the archive holds from now on."""
        unfinished = self.path.with_suffix(".new")
        unfinished.write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        durable.put(unfinished, self.path)


def _decoded(path: Path) -> Manifest:
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except msgspec.DecodeError as error:
        raise FileUnusable(f"{path} cannot be read: {error}") from error
    if manifest.version != _VERSION:
        raise FileUnusable(
            f"{path} has layout {manifest.version}, this kindstep reads layout {_VERSION}: "
            "run the kindstep that wrote it"
        )
    return manifest
