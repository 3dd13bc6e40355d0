"""Log entries as columns, one row a batch or piece of one, and back again to the last bit.

Samples stay the bytes that were sent: reading them is copying them, whatever they measure.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gateway.wire import Batch, DeviceCount, Lost
from ingest.log import Entry, Head
from ingest.pieces import span_us

#: What a batch says once, and of its samples how many there are and when they were taken.
HEAD: Final = pa.schema(
    {
        "position": pa.int64(),
        "device": pa.string(),
        "gateway": pa.string(),
        "boot": pa.int64(),
        "stream": pa.string(),
        "sequence": pa.int64(),
        "first": pa.int64(),
        "received_us": pa.int64(),
        "start_us": pa.int64(),
        "start_error_us": pa.int64(),
        "period_us": pa.float64(),
        "scale": pa.float64(),
        "unit": pa.string(),
        "width": pa.int8(),
        "channels": pa.int16(),
        "quality": pa.int32(),
        "counted_boot": pa.int64(),
        "counted_sample": pa.int64(),
        "counted_ticks": pa.int64(),
        "lost_samples": pa.int64(),
        "lost_reason": pa.string(),
        "samples": pa.int32(),
        "first_us": pa.int64(),
        "last_us": pa.int64(),
    }
)
#: And its bytes: little-endian, `width` bytes a number, `channels` numbers a sample.
WHOLE: Final = pa.unify_schemas(
    [HEAD, pa.schema({"offsets_us": pa.binary(), "values": pa.binary()})]
)
_KINDS: Final = dict(zip(HEAD.names, map(str, HEAD.types), strict=True))
_BYTES: Final = ("offsets_us", "values")
#: How it is written; to pack a second time what few rows say would only take time to read.
PACKED: Final[dict[str, Any]] = {
    "compression": {name: "zstd" if name in _BYTES else "none" for name in WHOLE.names},
    "use_dictionary": [name for name, kind in _KINDS.items() if kind == "string"],
    "column_encoding": {
        name: "DELTA_BINARY_PACKED" for name, kind in _KINDS.items() if "int" in kind
    },
    "write_statistics": ["device"],
}

Row: TypeAlias = tuple[Any, ...]
_arrow: Any = pa  # its types leave open what a table holds


def to_table(entries: Sequence[Entry]) -> pa.Table:
    """Return entries as rows, in their order."""
    columns = zip(*map(_row, entries), strict=True)
    arrays = [
        pa.array(list(values), kind) for kind, values in zip(WHOLE.types, columns, strict=True)
    ]
    return _arrow.Table.from_arrays(arrays, schema=WHOLE)


def to_entries(table: pa.Table) -> Iterator[Entry]:
    """Yield the entries that were turned into a table, in the order of its rows."""
    return map(_entry, _rows(table, WHOLE))


def to_heads(table: pa.Table) -> Iterator[Head]:
    """Yield what a table says of entries besides their samples."""
    return map(_head, _rows(table, HEAD))


def within(table: pa.Table, start_us: int, end_us: int) -> pa.Table:
    """Return the rows with a sample in [start_us, end_us)."""
    first_us, last_us = (numbers(table[name]) for name in ("first_us", "last_us"))
    touched = (first_us < end_us) & (last_us >= start_us)
    return table if touched.all() else table.filter(pa.array(touched))


def between(table: pa.Table, after: int, upto: int) -> pa.Table:
    """Return the rows beyond a position and up to another."""
    position = numbers(table["position"])
    known = (position > after) & (position <= upto)
    return table if known.all() else table.filter(pa.array(known))


def numbers(column: Any) -> NDArray[Any]:  # noqa: ANN401 - an Arrow column, of any numbers
    """Return a column without nulls; Arrow's own way would load pandas, for nothing."""
    return np.from_dlpack(column.combine_chunks())


def _rows(table: pa.Table, layout: pa.Schema) -> Iterator[Row]:
    return zip(*(table[name].to_pylist() for name in layout.names), strict=True)


def _row(entry: Entry) -> Row:
    """Return a value for each of the columns."""
    batch = entry.batch
    count, lost = batch.counted, batch.lost
    return (
        entry.position,
        batch.device,
        entry.gateway,
        batch.boot,
        batch.stream,
        batch.sequence,
        entry.first,
        entry.received_us,
        batch.start_us,
        batch.start_error_us,
        batch.period_us,
        batch.scale,
        batch.unit,
        batch.width,
        batch.channels,
        batch.quality,
        count and count.boot,
        count and count.sample,
        count and count.ticks,
        lost and lost.samples,
        lost and lost.reason,
        batch.size,
        *span_us(batch),
        batch.offsets_us,
        batch.samples,
    )


def _entry(row: Row) -> Entry:
    position, device, gateway, boot, stream, sequence, first, received_us, *said = row
    start_us, start_error_us, period_us, scale, unit, width, channels, quality, *rest = said
    *kept, _samples, _first_us, _last_us, offsets_us, values = rest
    batch = Batch(
        device=device,
        boot=boot,
        stream=stream,
        sequence=sequence,
        start_us=start_us,
        start_error_us=start_error_us,
        period_us=period_us,
        offsets_us=offsets_us,
        scale=scale,
        unit=unit,
        channels=channels,
        width=width,
        samples=values,
        quality=quality,
        counted=_counted(*kept[:3]),
        lost=_lost(*kept[3:]),
    )
    return Entry(position, received_us, gateway, first, batch)


def _head(row: Row) -> Head:
    position, device, gateway, boot, stream, sequence, first, received_us, *said = row
    _start_us, _error_us, period_us, _scale, _unit, _width, _channels, _quality, *rest = said
    *kept, samples, first_us, last_us = rest
    return Head(
        position=position,
        device=device,
        boot=boot,
        stream=stream,
        sequence=sequence,
        first=first,
        received_us=received_us,
        gateway=gateway,
        samples=samples,
        start_us=first_us,
        end_us=last_us,
        period_us=period_us,
        counted=_counted(*kept[:3]),
        lost=_lost(*kept[3:]),
    )


def _counted(boot: int | None, sample: int | None, ticks: int | None) -> DeviceCount | None:
    if boot is None or sample is None or ticks is None:
        return None
    return DeviceCount(boot=boot, sample=sample, ticks=ticks)


def _lost(samples: int | None, reason: str | None) -> Lost | None:
    if samples is None or reason is None:
        return None
    return Lost(samples=samples, reason=reason)
