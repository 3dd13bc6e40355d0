"""The log in SQLite: one file an hour; a sealed hour is unlinked, no row is ever deleted."""

import sqlite3
import threading
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby, pairwise
from pathlib import Path

from ingest import durable
from ingest.log import Arrival, Entry, Hour, Key, Refusal
from ingest.log.hour_file import HOUR_US, HourFile, Row, row
from ingest.log.hour_name import HourName


class SqliteLog:
    """Appends for one process at a time; any number may open it read-only beside that one."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self._folder = folder
        self._read_only = read_only
        self._lock = threading.RLock()
        if not read_only:
            folder.mkdir(parents=True, exist_ok=True)
            _remove_leftovers(folder)
        self._files: dict[HourName, HourFile] = {}
        self._open_files()
        self._last = max((file.last() for file in self._files.values()), default=0)

    def append(
        self, arrivals: Sequence[Arrival], refusals: Sequence[Refusal] = ()
    ) -> list[Entry]:
        """Make all that was received within one hour durable together."""
        entries: list[Entry] = []
        with self._lock:
            items = sorted([*arrivals, *refusals], key=_hour_us)
            for hour_us, received in groupby(items, key=_hour_us):
                entries += self._append(hour_us, received)
        return entries

    def read(
        self, after: int, limit: int, devices: Collection[str] | None = None
    ) -> list[Entry]:
        found: list[Entry] = []
        for file in self._beyond(after):
            found += file.entries(after, limit - len(found), devices)
            if len(found) >= limit:
                break
        return found

    def refusals(self, after: int, limit: int) -> list[tuple[int, Refusal]]:
        found: list[tuple[int, Refusal]] = []
        for file in self._beyond(after):
            found += file.refusals(after, limit - len(found))
            if len(found) >= limit:
                break
        return found

    def events(self, device: str, stream: str, start_us: int, end_us: int) -> list[Entry]:
        files = self._beyond(0)
        return [e for file in files for e in file.events(device, stream, start_us, end_us)]

    def last(self) -> int:
        if self._read_only:
            return max((file.last() for file in self._beyond(0)), default=0)
        return self._last

    def hours(self) -> list[Hour]:
        return [file.hour() for file in self._beyond(0)]

    def devices(self, hour: Hour) -> list[str]:
        files = self._beyond(hour.first - 1)[:1]
        return [device for file in files for device in file.devices()]

    def of_device(self, hour: Hour, device: str) -> list[Entry]:
        files = self._beyond(hour.first - 1)[:1]
        return [e for file in files for e in file.of_device(device, hour.first, hour.last)]

    def drop(self, hour: Hour) -> None:
        name = HourName(hour.first, hour.start_us)
        with self._lock:
            file = self._files.get(name)
            if file is None:
                return  # it was empty, and gave way to what was received since
            if file.last() != hour.last:
                return  # what was received in that hour was late to be written
            if name == max(self._files):
                if hour.last < hour.first:
                    return  # nothing was received since: it keeps our place already
                self._open(HourName(self._last + 1, hour.start_us + HOUR_US))
            self._remove(name)
        durable.sync(self._folder)

    def close(self) -> None:
        with self._lock:
            for file in self._files.values():
                file.close()
            self._files = {}

    def _append(self, hour_us: int, items: Iterable[Arrival | Refusal]) -> list[Entry]:
        new: dict[Key, Arrival | Refusal] = {}
        for item in items:
            key = item.key
            if key not in new and not any(file.holds(key) for file in self._files.values()):
                new[key] = item
        if not new:
            return []
        file, first = self._file_of(hour_us), self._last + 1
        placed = list(enumerate(new.items(), first))
        self._write(file, first, [*new], [row(at, key, item) for at, (key, item) in placed])
        return [
            Entry(at, item.received_us, item.gateway, item.first, item.batch)
            for at, (_, item) in placed
            if isinstance(item, Arrival)
        ]

    def _write(
        self, file: HourFile, first: int, keys: Sequence[Key], rows: Sequence[Row]
    ) -> None:
        try:
            file.write(first, keys, rows)
        except sqlite3.Error:
            self._last = file.last()
            raise
        self._last += len(rows)

    def _file_of(self, hour_us: int) -> HourFile:
        newest = max(self._files, default=None)
        if newest is not None and newest.hour_us == hour_us:
            return self._files[newest]
        file = self._open(HourName(self._last + 1, hour_us))
        if newest is not None and newest.first > self._last:
            self._remove(newest)  # it only held the place
        return file

    def _beyond(self, after: int) -> list[HourFile]:
        """Return the files that may hold positions beyond `after`, in order."""
        if self._read_only:
            with self._lock:
                self._open_files()
        files = self._files  # never changed, only replaced: nobody waits for a commit here
        names = sorted(files)
        passed = [n for n, following in pairwise(names) if following.first <= after + 1]
        return [files[name] for name in names[len(passed) :]]

    def _open_files(self) -> None:
        """Open what the folder holds; another process may have added or removed files."""
        paths = {HourName.parse(path): path for path in self._folder.glob("*.db")}
        for name in [name for name in self._files if name not in paths]:
            self._without(name).close()
        for name in sorted(paths.keys() - self._files.keys()):
            try:
                self._open(name)
            except sqlite3.OperationalError:
                if paths[name].exists():
                    raise  # else the writer removed it meanwhile

    def _open(self, name: HourName) -> HourFile:
        if name not in self._files:
            file = HourFile(self._folder / str(name), read_only=self._read_only)
            self._files = {**self._files, name: file}
        return self._files[name]

    def _without(self, name: HourName) -> HourFile:
        file = self._files[name]
        self._files = {other: it for other, it in self._files.items() if other != name}
        return file

    def _remove(self, name: HourName) -> None:
        file = self._without(name)
        file.close()
        file.path.unlink()
        _remove_leftovers(self._folder)


def _hour_us(item: Arrival | Refusal) -> int:
    return item.received_us // HOUR_US * HOUR_US


def _remove_leftovers(folder: Path) -> None:
    """Remove what SQLite kept beside a file that is gone, and what was never finished."""
    for path in folder.glob("*.new*"):
        path.unlink()
    for pattern in ("*.db-wal", "*.db-shm"):
        for path in folder.glob(pattern):
            if not path.with_name(path.name[:-4]).exists():
                path.unlink()
