"""The archive: sealed hours of the log as Parquet, and what can be asked of them."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

import duckdb

from ingest.archive.hour import SpoiltArchive, read_groups, read_refusals, seal
from ingest.archive.manifest import Manifest, ManifestFile, SealedFile, SealedHour
from ingest.log import Entry, Log, Refusal
from ingest.log.hour_file import HOUR_US
from ingest.pieces import span_us

__all__ = ["Archive", "SpoiltArchive"]

_PAGE = 1_000


class Archive:
    """Parquet files in a folder; any number of processes may read, one seals."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._manifest = ManifestFile(folder)

    def manifest(self) -> Manifest:
        """Return what is sealed, with the hash and size of every file."""
        return self._manifest.read()

    def last(self) -> int:
        """Return the last log position that is sealed, 0 if none is."""
        return self.manifest().last

    def seal(
        self, log: Log, now_us: int, checkpoint: Callable[[], int], grace_s: float = 60.0
    ) -> int:
        """Move the hours of a log that are over and worked through; return how many.

        May be cut short anywhere and run again: an hour leaves the log only once the manifest
        names its files, and counts as sealed from that moment. What is written to an hour while
        it is sealed stays in the log until it is sealed in its turn.
        """
        sealed = 0
        over_us = now_us - round(grace_s * 1_000_000) - HOUR_US
        for hour in log.hours():
            if hour.start_us > over_us or hour.last_entry > checkpoint():
                break
            rest = replace(hour, first=max(hour.first, self.last() + 1))
            if rest.first <= rest.last:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._manifest.add(seal(self._folder, log, rest))
                sealed += 1
            log.drop(hour)
        return sealed

    def batches(
        self,
        devices: Collection[str] | None,
        start_us: int,
        end_us: int,
        *,
        streams: Collection[str] | None = None,
    ) -> Iterator[Entry]:
        """Yield the entries with a sample in [start_us, end_us), in order of position."""
        for hour in self.manifest().hours:
            files = [
                file
                for file in hour.files
                if (streams is None or file.stream in streams)
                and file.start_us < end_us
                and file.end_us >= start_us
            ]
            for entry in self._entries(files, devices):
                first_us, last_us = span_us(entry.batch)
                if first_us < end_us and last_us >= start_us:
                    yield entry

    def entries(
        self, after: int = 0, devices: Collection[str] | None = None
    ) -> Iterator[Entry]:
        """Yield the sealed entries beyond a position, in order."""
        for hour in self._hours_beyond(after):
            for entry in self._entries(hour.files, devices):
                if entry.position > after:
                    yield entry

    def refusals(self, after: int = 0) -> Iterator[tuple[int, Refusal]]:
        """Yield what was refused beyond a position, in order."""
        for hour in self._hours_beyond(after):
            for file in hour.files:
                if file.stream is None:
                    refused = read_refusals(self._folder / file.path)
                    yield from (item for item in refused if item[0] > after)

    def everything(
        self, log: Log, after: int = 0, devices: Collection[str] | None = None
    ) -> Iterator[Entry]:
        """Yield every entry of archive and log beyond a position, in order, each once."""
        while True:
            sealed = self.last()
            if after < sealed:
                yield from self.entries(after, devices)
                after = sealed
                continue
            page = log.read(after, _PAGE, devices)
            if self.last() != sealed:
                continue  # an hour moved while we looked
            if not page:
                return
            yield from page
            after = page[-1].position

    def spoilt(self) -> Iterator[str]:
        """Yield the files that are not what was sealed."""
        for file in self.manifest().files():
            path = self._folder / file.path
            if not path.is_file() or sha256(path.read_bytes()).hexdigest() != file.sha256:
                yield file.path

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Run SQL over the sealed samples, each stream a view of its name."""
        files: dict[str, list[str]] = {}
        for file in self.manifest().files():
            if file.stream is not None:
                files.setdefault(file.stream, []).append(str(self._folder / file.path))
        with duckdb.connect(":memory:") as db:
            for stream, paths in files.items():
                db.read_parquet(paths, union_by_name=True).create_view(stream)
            db.execute("SET allowed_paths = $paths", {"paths": [*chain(*files.values())]})
            db.execute("SET enable_external_access = false")
            return db.execute(sql).fetchall()

    def _hours_beyond(self, after: int) -> list[SealedHour]:
        return [hour for hour in self.manifest().hours if hour.last > after]

    def _entries(
        self, files: Collection[SealedFile], devices: Collection[str] | None
    ) -> list[Entry]:
        paths = [self._folder / file.path for file in files if file.stream is not None]
        groups = (group for path in paths for group in read_groups(path, devices))
        return sorted((e for group in groups for e in group), key=lambda e: e.position)
