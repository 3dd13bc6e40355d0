"""The archive: sealed hours of the log as Parquet, and what can be asked of them."""

import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from ingest.archive import blocks, exports, hour
from ingest.archive.blocks import Block
from ingest.archive.exports import Export
from ingest.archive.forgetting import Gone
from ingest.archive.hour import CutShort, SpoiltArchive, read_refusals
from ingest.archive.manifest import Manifest, ManifestFile, SealedFile, SealedHour
from ingest.archive.reading import Reader, SamplesDropped, whole
from ingest.archive.retention import Retention
from ingest.archive.selection import Selection
from ingest.archive.shelf import FolderShelf, Shelf, ShelfAway, reached, sha256
from ingest.log import Entry, Head, Log, Refusal
from ingest.log.hour_file import HOUR_US

__all__ = [
    "Archive",
    "Block",
    "CutShort",
    "Export",
    "Gone",
    "Retention",
    "SamplesDropped",
    "Selection",
    "ShelfAway",
    "SpoiltArchive",
]

_PAGE: Final = 1_000
_DROPPED_AT_ONCE: Final = 16  # files
_ALL: Final = Selection()
_END: Final = 1 << 63  # beyond every position


class Archive:
    """Parquet files on a shelf; any number of processes may read, one seals."""

    def __init__(self, folder: Path, shelf: Shelf | None = None) -> None:
        self._folder = folder
        self._shelf = shelf or FolderShelf(folder)
        self._manifest = ManifestFile(folder)
        self._reader = Reader(self._shelf)

    def manifest(self) -> Manifest:
        """Return what is sealed, with the hash and size of every file."""
        return self._manifest.read()

    def last(self) -> int:
        """Return the last log position that is sealed, 0 if none is."""
        return self.manifest().last

    def seal(
        self,
        log: Log,
        now_us: int,
        checkpoint: Callable[[], int],
        grace_s: float = 60.0,
        stops: Callable[[], bool] = lambda: False,
    ) -> int:
        """Move the hours of a log that are over and worked through; return how many.

        May be cut short anywhere and run again: an hour leaves the log only once the manifest
        names its files, and counts as sealed from that moment. What is written to an hour while
        it is sealed stays in the log until it is sealed in its turn. Raise ShelfAway when the
        storage cannot take an hour now, and CutShort once `stops` says so: it is asked before
        each device is written and compared. Whoever closes the log waits for that, since what
        is closed looks empty.
        """
        sealed = 0
        over_us = now_us - round(grace_s * 1_000_000) - HOUR_US
        for each in log.hours():
            if each.start_us > over_us or each.last_entry > checkpoint():
                break
            rest = replace(each, first=max(each.first, self.last() + 1))
            if rest.first <= rest.last:
                with reached():
                    self._folder.mkdir(parents=True, exist_ok=True)
                    named = hour.seal(self._folder, self._shelf, log, rest, stops)
                    self._manifest.add(named)
                sealed += 1
            log.drop(each)
        with reached():
            self._shelf.tell(self._manifest.path)
        return sealed

    def drop(self, retention: Retention, now_us: int) -> int:
        """Let go of some samples that are kept no longer; return of how many files.

        May be cut short anywhere and run again. A file is removed at the next call after the
        manifest named what stays of it, so that whoever reads it has time to end.
        """
        with reached():
            self._remove_leaving()
        due = retention.due(self.manifest(), self.exports(), now_us)
        with reached():
            kept = {
                file.path: hour.drop(self._folder, self._shelf, file, now_us)
                for file in islice(due, _DROPPED_AT_ONCE)
            }
            if kept:
                self._manifest.put(self.manifest().replaced(kept))
        return len(kept)

    def forget(self, gone: Gone, now_us: int) -> int:
        """Let go of what devices measured while somebody wore them; return of how many files.

        May be cut short anywhere and run again. The old files are removed by the next `drop`.
        """
        with reached():
            less = {
                file.path: left
                for file in self.manifest().files()
                if gone.touches(file)
                and (left := hour.without(self._folder, self._shelf, file, gone, now_us))
            }
            if less:
                self._manifest.put(self.manifest().replaced(less))
        return len(less)

    def waiting_bytes(self, retention: Retention, now_us: int) -> int:
        """Return how much is old enough to be dropped, and stays since nobody exported it."""
        manifest = self.manifest()
        over = sum(file.size for _, file in retention.over(manifest, now_us))
        due = retention.due(manifest, self.exports(), now_us)
        return over - sum(file.size for file in due)

    def export(
        self,
        by: str,
        span: tuple[int, int],
        streams: Collection[str] | None,
        now_us: int,
        last: int | None = None,
    ) -> Export:
        """Note that someone holds all that is sealed of some streams in a span of time.

        Without any such stream nothing is noted.
        `last` is how far the archive went when they began to read it; by default, now.
        """
        known = {file.stream for file in self.manifest().files() if file.stream is not None}
        export = Export(
            by=by,
            at_us=now_us,
            last=self.last() if last is None else last,
            streams=tuple(sorted(known if streams is None else known & {*streams})),
            start_us=span[0],
            end_us=span[1],
        )
        if export.streams:
            exports.note(self._folder, export)
        return export

    def exports(self) -> list[Export]:
        """Return what was taken out, the oldest first."""
        return exports.of(self._folder)

    def batches(self, asked: Selection) -> Iterator[Entry]:
        """Yield the sealed entries of a selection, in order of position.

        Raise SamplesDropped at the first whose samples are kept no longer.
        """
        return map(whole, self.touching(asked))

    def touching(self, asked: Selection, upto: int = _END) -> Iterator[Entry | Head]:
        """Yield the same up to a position, and of what was dropped its head."""
        return self._sealed(0, upto, asked)

    def entries(
        self, after: int = 0, devices: Collection[str] | None = None
    ) -> Iterator[Entry]:
        """Yield the sealed entries beyond a position, in order, or raise SamplesDropped."""
        return map(whole, self._sealed(after, self.last(), Selection(devices)))

    def everything(
        self, log: Log, after: int = 0, devices: Collection[str] | None = None
    ) -> Iterator[Entry]:
        """Yield every entry of archive and log beyond a position, in order, each once.

        Raise SamplesDropped at the first whose samples are kept no longer.
        """
        return map(whole, self.records(log, after, Selection(devices)))

    def during(self, log: Log, asked: Selection) -> Iterator[Entry]:
        """Yield the entries of a selection from archive and log, as `everything` does."""
        return map(whole, self.records(log, 0, asked))

    def records(
        self, log: Log, after: int = 0, asked: Selection = _ALL
    ) -> Iterator[Entry | Head]:
        """Yield the same, and of what was dropped its head."""
        while True:
            sealed = self.last()
            if after < sealed:
                yield from self._sealed(after, sealed, asked)
                after = sealed
                continue
            page = log.read(after, _PAGE, asked.devices)
            if self.last() != sealed:
                continue  # an hour moved while we looked
            if not page:
                return
            yield from filter(asked.has, page)
            after = page[-1].position

    def blocks(self, log: Log, asked: Selection, upto: int) -> Iterator[Block]:
        """Yield the batches of a selection up to a position, in order of position as arrays.

        Raise SamplesDropped at the first whose samples are kept no longer.
        """
        after = 0
        while after < upto:
            manifest = self.manifest()
            if after < manifest.last:
                yield from self._reader.blocks(manifest.files_beyond(after), asked, after, upto)
                after = manifest.last
                continue
            page = log.read(after, _PAGE, asked.devices)
            if self.last() != manifest.last:
                continue  # an hour moved while we looked
            if not page:
                return
            known = (entry for entry in page if entry.position <= upto and asked.has(entry))
            yield from blocks.of_entries(known)
            after = page[-1].position

    def refusals(self, after: int = 0) -> Iterator[tuple[int, Refusal]]:
        """Yield what was refused beyond a position, in order."""
        for each in self._hours_beyond(after):
            for file in each.files:
                if file.stream is None:
                    with (
                        reached(file.path),
                        self._shelf.files.open_input_file(file.path) as source,
                    ):
                        refused = read_refusals(source)
                    yield from (item for item in refused if item[0] > after)

    def fetch(self, file: SealedFile, target: Path) -> None:
        """Copy a sealed file, as it is, to where a backup wants it."""
        files = self._shelf.files
        with reached(), files.open_input_stream(file.path) as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy)

    def bring(self, source: Path, path: str) -> None:
        """Put a file back that a backup kept; it is there once the manifest names it."""
        with reached():
            self._shelf.put(source, path)

    def spoilt(self) -> Iterator[str]:
        """Yield the files that are not what was sealed."""
        for file in self.manifest().files():
            if sha256(self._shelf, file.path) != file.sha256:
                yield file.path

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Run SQL over the sealed samples, each stream a view of its name.

        What was dropped stands in a view `dropped`, a row for each batch.
        """
        from ingest.archive import sql  # here: whoever asks nothing begins a quarter sooner

        with reached():
            return sql.query(self._shelf, self.manifest().files(), statement)

    def _remove_leaving(self) -> None:
        leaving = self.manifest().leaving
        for path in leaving:
            self._shelf.remove(path)
        if leaving:
            self._manifest.put(self.manifest().without(leaving))

    def _hours_beyond(self, after: int) -> Iterator[SealedHour]:
        """Yield hours, each as the manifest has it when it is asked for."""
        while (each := self.manifest().beyond(after)) is not None:
            yield each
            after = each.last

    def _sealed(self, after: int, upto: int, asked: Selection) -> Iterator[Entry | Head]:
        for each in self._hours_beyond(after):
            if each.last > upto:
                return  # sealed since
            for record in self._reader.records(each.files, asked):
                if record.position > after:
                    yield record
