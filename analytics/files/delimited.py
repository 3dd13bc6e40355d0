"""Text with a sample on each line: CSV, its relatives, and ActiGraph's raw export."""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyarrow import csv as arrow

from analytics.files import columns
from analytics.files.columns import Columns, Conversion
from analytics.files.content import Block, Hints, Recording
from analytics.files.errors import BadRecording

GZIP: Final = b"\x1f\x8b"
_BROKEN: Final = (OSError, EOFError, zlib.error)
_HEAD: Final = 1 << 16
_SHOWN: Final = 40  # letters of a cell
_BLOCK: Final = 1 << 22  # bytes of text at a time
_HEADERLESS: Final = {1: ("rr_ms",), 3: ("x", "y", "z"), 4: ("time", "x", "y", "z")}
#: A column of one number without a name is taken for beats only if it can be nothing else.
_BEAT_MS: Final = (250.0, 2500.0)
_ACTIGRAPH: Final = re.compile(r"-+ *Data .*ActiGraph.*?date format (\S+) at (\d+) Hz")
_DATE_FORMATS: Final = {
    "M/d/yyyy": "%m/%d/%Y",
    "d/M/yyyy": "%d/%m/%Y",
    "yyyy-MM-dd": "%Y-%m-%d",
}
_ZONED: Final = re.compile(r"(?:Z|[+-]\d\d:?\d\d)$")


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the text is written."""

    delimiter: str
    decimal: str
    skipped: int  # lines before the table
    names: tuple[str, ...]
    headed: bool
    first: tuple[str, ...]  # cells of the first row
    rate_hz: float | None = None
    start_us: int | None = None


def read(path: Path, hints: Hints) -> Recording:
    """Read text; raise BadRecording when it is no table of samples."""
    layout = _layout(_head(path), path.name)
    chosen = columns.of(layout.names, path.name)
    if layout.rate_hz is not None:  # one sample follows the other, whatever times stand there
        chosen = Columns(None, chosen.axes, {}, chosen.unit, None)
        hints.fit(layout.rate_hz, path.name)
    conversion = Conversion(chosen, hints, path.name)
    raw = pa.OSFile(str(path), "rb")
    size = path.stat().st_size or 1
    return Recording(
        name=path.name,
        blocks=_blocks(path, raw, layout, chosen, conversion),
        has_accel=bool(chosen.axes),
        events=tuple(chosen.events),
        scale=hints.scale or 1.0,
        rate_hz=hints.rate_hz or layout.rate_hz,
        timed=chosen.time is not None,
        start_us=layout.start_us or 0,
        range_g=hints.range_g,
        done=lambda: 1.0 if raw.closed else raw.tell() / size,
    )


def _head(path: Path) -> str:
    try:
        with _bytes(path) as source:
            head = source.read(_HEAD)
    except _BROKEN as error:
        raise BadRecording(f"{path.name}: {error}") from error
    if b"\0" in head:
        raise BadRecording(f"{path.name} is neither text nor a file of a known kind")
    text = head.decode("utf-8-sig", errors="replace")
    if len(head) == _HEAD:  # the last line may be cut off
        text = text[: text.rfind("\n") + 1] or text
    return text


def _bytes(path: Path) -> io.BufferedReader | gzip.GzipFile:
    return gzip.open(path) if _is_zipped(path) else path.open("rb")


def _is_zipped(path: Path) -> bool:
    with path.open("rb") as source:
        return source.read(2) == GZIP


def _layout(head: str, name: str) -> _Layout:
    lines = head.splitlines()
    rate_hz, start_us, skipped = None, None, 0
    if lines and (told := _ACTIGRAPH.match(lines[0])):
        rate_hz = float(told[2])
        start_us = _start_us(lines, told[1])
        skipped = 1 + next((n for n, line in enumerate(lines) if n and line[:5] == "-----"), 0)
    table = [line for line in lines[skipped:] if line.strip()][:2]
    if not table:
        raise BadRecording(f"{name} has no samples")
    delimiter = max(",;\t", key=table[0].count)
    cells = [tuple(row) for row in csv.reader(table, delimiter=delimiter)]
    decimal = "," if delimiter != "," and "," in table[-1] else "."
    headed = not all(_is_number(cell, decimal) for cell in cells[0])
    if headed and len(table) < 2:
        raise BadRecording(f"{name} has no samples")
    names = cells[0] if headed else _unnamed(cells[0], decimal, name)
    return _Layout(delimiter, decimal, skipped, names, headed, cells[-1], rate_hz, start_us)


def _start_us(lines: Sequence[str], date_format: str) -> int | None:
    told = dict(line.rsplit(" ", 1) for line in lines[:10] if line.startswith("Start "))
    written = f"{told.get('Start Date')} {told.get('Start Time')}"
    try:
        form = f"{_DATE_FORMATS[date_format]} %H:%M:%S"
        start = datetime.strptime(written, form).replace(tzinfo=UTC)
    except (KeyError, ValueError):
        return None
    return int(start.timestamp()) * 1_000_000


def _unnamed(cells: Sequence[str], decimal: str, name: str) -> tuple[str, ...]:
    names = _HEADERLESS.get(len(cells))
    beats = len(cells) == 1 and not (
        _BEAT_MS[0] <= float(cells[0].replace(decimal, ".")) <= _BEAT_MS[1]
    )
    if names is None or beats:
        raise BadRecording(f"{name} names no columns: wanted a first line such as time,x,y,z")
    return names


def _is_number(cell: str, decimal: str) -> bool:
    try:
        float(cell.replace(decimal, "."))
    except ValueError:
        return False
    return True


def _types(layout: _Layout, chosen: Columns) -> dict[str, pa.DataType]:
    types: dict[str, pa.DataType] = dict.fromkeys(chosen.names, pa.float64())
    if chosen.time:
        at = layout.names.index(chosen.time)
        cell = layout.first[at] if at < len(layout.first) else ""
        if cell and not _is_number(cell, layout.decimal):
            zoned = _ZONED.search(cell.strip())
            types[chosen.time] = pa.timestamp("ns", "UTC") if zoned else pa.timestamp("ns")
    return types


def _blocks(
    path: Path, raw: pa.OSFile, layout: _Layout, chosen: Columns, conversion: Conversion
) -> Iterator[Block]:
    types = _types(layout, chosen)
    try:
        with _open(path, raw, layout, types) as reader:
            for batch in reader:
                yield conversion.block(batch)
    except (pa.ArrowException, *_BROKEN) as error:
        raise _fault(path, layout, types, error) from error
    finally:
        raw.close()


def _open(
    path: Path, raw: pa.OSFile, layout: _Layout, types: dict[str, pa.DataType]
) -> arrow.CSVStreamingReader:
    stream: Any = pa.CompressedInputStream(raw, "gzip") if _is_zipped(path) else raw
    return arrow.open_csv(
        stream,
        arrow.ReadOptions(
            skip_rows=layout.skipped + layout.headed,
            column_names=list(layout.names),
            block_size=_BLOCK,
        ),
        arrow.ParseOptions(delimiter=layout.delimiter),
        arrow.ConvertOptions(
            column_types=types,
            include_columns=list(types),
            decimal_point=layout.decimal,
            null_values=["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "-"],
        ),
    )


def _fault(
    path: Path, layout: _Layout, types: dict[str, pa.DataType], error: Exception
) -> BadRecording:
    """Say in which row and column the text cannot be read; the fast reader does not."""
    places = [(layout.names.index(name), name) for name in types]
    try:
        with _bytes(path) as source, io.TextIOWrapper(source, "utf-8-sig") as text:
            for _ in range(layout.skipped + layout.headed):
                text.readline()
            for row, cells in enumerate(csv.reader(text, delimiter=layout.delimiter), 1):
                if cells and (wrong := _wrong(cells, layout, places, types)):
                    return BadRecording(f"{path.name}, row {row}{wrong}")
    except (*_BROKEN, ValueError, csv.Error) as broken:
        return BadRecording(f"{path.name}: {str(broken).splitlines()[0]}")
    return BadRecording(f"{path.name}: {str(error).splitlines()[0]}")


def _wrong(
    cells: Sequence[str],
    layout: _Layout,
    places: Sequence[tuple[int, str]],
    types: dict[str, pa.DataType],
) -> str | None:
    if len(cells) != len(layout.names):
        return f": {len(cells)} cells where there are {len(layout.names)} columns"
    for at, name in places:
        cell = cells[at].strip()[:_SHOWN]
        if not cell or cell.lower() in ("na", "n/a", "null", "none", "-"):
            continue
        if pa.types.is_timestamp(types[name]):
            if not _is_moment(cell):
                return f", column {name}: {cell!r} is no time"
        elif not _is_number(cell, layout.decimal):
            return f", column {name}: {cell!r} is no number"
    return None


def _is_moment(cell: str) -> bool:
    try:
        datetime.fromisoformat(cell)
    except ValueError:
        return False
    return True
