"""Writing one hour of the log as Parquet: some devices of a stream a file, each a row group."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from gateway.wire import Batch
from ingest import durable
from ingest.archive import forgetting, heads
from ingest.archive.columns import PACKED, WHOLE, to_entries, to_table
from ingest.archive.footers import Footer
from ingest.archive.forgetting import Gone
from ingest.archive.manifest import Dropped, SealedFile, SealedHour
from ingest.archive.shelf import Shelf
from ingest.log import Entry, Hour, Log, Refusal
from ingest.pieces import span_us

#: Whoever wants one device's hour reads what a file says of all that are in it.
_DEVICES_IN_A_FILE = 500
_encode = msgspec.msgpack.Encoder().encode
_parquet: Any = pq  # its types leave open what columns hold


class SpoiltArchive(RuntimeError):
    """What was read back is not what was written."""


class CutShort(RuntimeError):
    """Somebody asked to stop before an hour was sealed; it is still in the log."""


def seal(
    folder: Path, shelf: Shelf, log: Log, hour: Hour, stops: Callable[[], bool]
) -> SealedHour:
    """Write an hour, read it back and compare; raise SpoiltArchive if it differs.

    Files are made in a folder of this machine, whatever the shelf.
    """
    made: list[_Writer] = []
    latest: dict[str, _Writer] = {}
    with ExitStack() as stack:
        for device in log.devices(hour):
            _go_on(stops)  # before the log is closed, which would look like its end
            for stream, group in groupby(log.of_device(hour, device), key=_stream):
                before = latest.get(stream)
                if before is None or before.is_full:
                    latest[stream] = stack.enter_context(
                        before.next() if before else _Writer(folder, shelf, hour, stream)
                    )
                    made.append(latest[stream])
                latest[stream].write(device, list(group))
    sealed = [writer.sealed(stops) for writer in sorted(made, key=_part)]
    sealed += _seal_refusals(folder, shelf, log, hour)
    return SealedHour(
        start_us=hour.start_us, first=hour.first, last=hour.last, files=tuple(sealed)
    )


def drop(folder: Path, shelf: Shelf, file: SealedFile, now_us: int) -> SealedFile:
    """Write what stays of a file without its samples; the file itself is left alone."""
    name = f"{file.path.removesuffix('.parquet')}+heads.parquet"
    unfinished = _unfinished(folder, name)
    with shelf.files.open_input_file(file.path) as source:
        try:
            rows = heads.write(source, unfinished)
        except heads.Differs as error:
            raise SpoiltArchive(str(error)) from error
    was = Dropped(at_us=now_us, rows=file.rows, size=file.size)
    kept = _put(shelf, unfinished, name, file.stream, rows, file.start_us, file.end_us)
    return msgspec.structs.replace(kept, dropped=was, devices=file.devices)


def without(
    folder: Path, shelf: Shelf, file: SealedFile, gone: Gone, now_us: int
) -> SealedFile | None:
    """Write a file without what is to be forgotten; None if it holds nothing of it."""
    name = f"{file.path.removesuffix('.parquet')}+without-{now_us}.parquet"
    unfinished = _unfinished(folder, name)
    with shelf.files.open_input_file(file.path) as source:
        rows = forgetting.write(source, unfinished, gone)
    if rows == file.rows:
        unfinished.unlink()
        return None
    durable.sync(unfinished)
    less = _put(shelf, unfinished, name, file.stream, rows, file.start_us, file.end_us)
    return msgspec.structs.replace(
        less, can_drop=file.can_drop, dropped=file.dropped, devices=file.devices
    )


def read_groups(
    source: pa.NativeFile | Path,
    devices: Collection[str] | None = None,
    columns: Sequence[str] | None = None,
    footer: Footer | None = None,
) -> Iterator[pa.Table]:
    """Yield the rows of a file, device by device."""
    with _parquet.ParquetFile(source, metadata=footer and footer.metadata) as file:
        for number in (footer or Footer.of(file)).groups(devices):
            yield file.read_row_group(number, columns=columns, use_threads=False)


def read_refusals(source: pa.NativeFile) -> list[tuple[int, Refusal]]:
    """Return what was refused in an hour."""
    rows = _parquet.read_table(source).to_pylist()
    return [(row.pop("position"), Refusal(**row)) for row in rows]


class _Writer:
    """One file in the making."""

    def __init__(
        self, folder: Path, shelf: Shelf, hour: Hour, stream: str, part: int = 0
    ) -> None:
        self.stream, self.part = stream, part
        self._folder, self._shelf, self._hour = folder, shelf, hour
        self._name = _name(hour, quote(stream, safe="") + (f"+{part}" if part else ""))
        self._unfinished = _unfinished(folder, self._name)
        self._rows = 0
        self._start_us, self._end_us = 1 << 63, -(1 << 63)
        self._written = hashlib.sha256()
        self._can_drop = True
        self._devices: list[str] = []

    def __enter__(self) -> "_Writer":
        self._file = _parquet.ParquetWriter(self._unfinished, WHOLE, **PACKED)
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def is_full(self) -> bool:
        """Return whether the next device goes into another file."""
        return len(self._devices) >= _DEVICES_IN_A_FILE

    def next(self) -> "_Writer":
        """Let this file be whole; return the one for what follows."""
        self._file.close()
        return _Writer(self._folder, self._shelf, self._hour, self.stream, self.part + 1)

    def write(self, device: str, entries: Sequence[Entry]) -> None:
        """Add a device."""
        self._devices.append(device)
        self._file.write_table(to_table(entries), row_group_size=len(entries))
        self._rows += len(entries)
        spans = [span_us(entry.batch) for entry in entries]
        self._start_us = min(self._start_us, *(first_us for first_us, _ in spans))
        self._end_us = max(self._end_us, *(last_us for _, last_us in spans))
        self._written.update(_content(entries))
        self._can_drop &= not any(_may_be_echoed(entry.batch) for entry in entries)

    def sealed(self, stops: Callable[[], bool]) -> SealedFile:
        """Give the file its name once what it holds equals what was written."""
        durable.sync(self._unfinished)
        read = hashlib.sha256()
        for rows in read_groups(self._unfinished):
            _go_on(stops)
            read.update(_content(to_entries(rows)))
        if read.digest() != self._written.digest():
            raise SpoiltArchive(self._name)
        span_us = self._start_us, self._end_us
        file = _put(
            self._shelf, self._unfinished, self._name, self.stream, self._rows, *span_us
        )
        ends = self._devices[0], self._devices[-1]
        return msgspec.structs.replace(file, can_drop=self._can_drop, devices=ends)


def _go_on(stops: Callable[[], bool]) -> None:
    if stops():
        raise CutShort


def _may_be_echoed(batch: Batch) -> bool:
    return batch.period_us is None and batch.counted is None


def _seal_refusals(folder: Path, shelf: Shelf, log: Log, hour: Hour) -> list[SealedFile]:
    found = log.refusals(hour.first - 1, hour.last - hour.first + 1)
    rows = [{"position": at, **asdict(refusal)} for at, refusal in found if at <= hour.last]
    if not rows:
        return []
    name = _name(hour, "+refused")
    unfinished = _unfinished(folder, name)
    _parquet.write_table(pa.Table.from_pylist(rows), unfinished, compression="zstd")
    times = [row["received_us"] for row in rows]
    return [_put(shelf, unfinished, name, None, len(rows), min(times), max(times))]


def _unfinished(folder: Path, name: str) -> Path:
    path = (folder / name).with_suffix(".new")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _put(
    shelf: Shelf,
    unfinished: Path,
    name: str,
    stream: str | None,
    rows: int,
    start_us: int,
    end_us: int,
) -> SealedFile:
    with unfinished.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = unfinished.stat().st_size
    shelf.put(unfinished, name)
    return SealedFile(
        path=name,
        stream=stream,
        rows=rows,
        size=size,
        sha256=digest,
        start_us=start_us,
        end_us=end_us,
    )


def _name(hour: Hour, what: str) -> str:
    start = datetime.fromtimestamp(hour.start_us // 1_000_000, UTC)
    return f"{start:%Y-%m-%d}/{start:%H}-{hour.first:019d}-{what}.parquet"


def _content(entries: Iterable[Entry]) -> bytes:
    return b"".join(
        _encode((e.position, e.received_us, e.gateway, e.first, e.batch)) for e in entries
    )


def _stream(entry: Entry) -> str:
    return entry.batch.stream


def _part(writer: _Writer) -> tuple[str, int]:
    return writer.stream, writer.part
