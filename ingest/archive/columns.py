"""Log entries as columns, one row a sample, and back again to the last bit."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gateway.wire import Batch, DeviceCount
from ingest.log import Entry

_TEXT: Final = pa.dictionary(pa.int32(), pa.string())
#: What a batch says once, repeated in each of its rows.
REPEATED: Final[dict[str, pa.DataType]] = {
    "device": _TEXT,
    "gateway": _TEXT,
    "boot": pa.int64(),
    "stream": _TEXT,
    "sequence": pa.int64(),
    "first": pa.int64(),
    "received_us": pa.int64(),
    "start_us": pa.int64(),
    "start_error_us": pa.int64(),
    "period_us": pa.float64(),
    "scale": pa.float64(),
    "unit": _TEXT,
    "width": pa.int8(),
    "channels": pa.int16(),
    "quality": pa.int32(),
    "counted_boot": pa.int64(),
    "counted_sample": pa.int64(),
    "counted_ticks": pa.int64(),
    "position": pa.int64(),
}
_PLACE: Final[dict[str, pa.DataType]] = {"index": pa.int32(), "offset_us": pa.uint32()}

Values: TypeAlias = NDArray[np.int16] | NDArray[np.int32]
Column: TypeAlias = Any
_arrow: Any = pa  # its types leave open what an array holds


def schema(channels: int, width: int) -> pa.Schema:
    """Return the columns of a stream with at most so many channels and bytes."""
    values = {f"v{n}": pa.int16() if width == 2 else pa.int32() for n in range(channels)}
    return pa.schema({**REPEATED, **_PLACE, **values})


def to_table(entries: Sequence[Entry], layout: pa.Schema) -> pa.Table:
    """Return the samples of entries, sorted by time."""
    sizes = np.array([entry.batch.size for entry in entries])
    owner = np.repeat(np.arange(len(entries)), sizes)
    index = np.concatenate([np.arange(entry.batch.size) for entry in entries])
    columns: dict[str, Any] = _repeated(entries, owner)
    columns["index"] = pa.array(index, pa.int32())
    columns["offset_us"] = _offsets(entries, sizes)
    for n in range(len(layout) - len(REPEATED) - len(_PLACE)):
        columns[f"v{n}"] = _channel(entries, n)
    order = np.lexsort((index, sample_times_us(entries)))
    return pa.table(columns).cast(layout).take(order)


def sample_times_us(entries: Sequence[Entry]) -> NDArray[np.int64]:
    """Return when each sample was taken, entry by entry."""
    return np.concatenate([_times_us(entry.batch) for entry in entries])


def to_entries(table: pa.Table) -> list[Entry]:
    """Return the entries that were turned into a table, in order of position."""
    position, index = table["position"].to_numpy(), table["index"].to_numpy()
    order = np.lexsort((index, position))
    starts = np.flatnonzero(np.diff(position[order], prepend=-1))
    ends = [*starts[1:], len(order)]
    once = table.select(list(REPEATED)).take(order[starts]).to_pylist()
    offsets = table["offset_us"].combine_chunks().fill_null(0).to_numpy(zero_copy_only=False)
    offsets = offsets.astype("<u4")[order]
    values = _values(table)[order]
    return [
        _entry(row, offsets[start:end], values[start:end])
        for row, start, end in zip(once, starts, ends, strict=True)
    ]


def _repeated(entries: Sequence[Entry], owner: NDArray[np.int64]) -> dict[str, Any]:
    once: dict[str, list[Any]] = {name: [] for name in REPEATED}
    for entry in entries:
        for name, value in _said_once(entry).items():
            once[name].append(value)
    return {name: _column(once[name], kind).take(owner) for name, kind in REPEATED.items()}


def _column(values: list[Any], kind: pa.DataType) -> Column:
    if kind != _TEXT:
        return pa.array(values, kind)
    return _arrow.array(values, pa.string()).dictionary_encode()


def _said_once(entry: Entry) -> dict[str, Any]:
    batch = entry.batch
    count = batch.counted
    said = {name: getattr(batch, name) for name in REPEATED if hasattr(batch, name)}
    return {
        **said,
        "gateway": entry.gateway,
        "first": entry.first,
        "received_us": entry.received_us,
        "position": entry.position,
        "counted_boot": count and count.boot,
        "counted_sample": count and count.sample,
        "counted_ticks": count and count.ticks,
    }


def _entry(row: dict[str, Any], offsets: NDArray[np.uint32], values: Values) -> Entry:
    width, channels = row["width"], row["channels"]
    counted = None
    if row["counted_boot"] is not None:
        counted = DeviceCount(
            boot=row["counted_boot"], sample=row["counted_sample"], ticks=row["counted_ticks"]
        )
    batch = Batch(
        device=row["device"],
        boot=row["boot"],
        stream=row["stream"],
        sequence=row["sequence"],
        start_us=row["start_us"],
        start_error_us=row["start_error_us"],
        period_us=row["period_us"],
        offsets_us=b"" if row["period_us"] is not None else offsets.tobytes(),
        scale=row["scale"],
        unit=row["unit"],
        channels=channels,
        width=width,
        samples=values[:, :channels].astype(f"<i{width}").tobytes(),
        quality=row["quality"],
        counted=counted,
    )
    return Entry(row["position"], row["received_us"], row["gateway"], row["first"], batch)


def _times_us(batch: Batch) -> NDArray[np.int64]:
    if batch.period_us is None:
        return batch.start_us + np.frombuffer(batch.offsets_us, "<u4").astype(np.int64)
    return batch.start_us + np.rint(np.arange(batch.size) * batch.period_us).astype(np.int64)


def _offsets(entries: Sequence[Entry], sizes: NDArray[np.int64]) -> Column:
    offsets = [
        np.frombuffer(entry.batch.offsets_us, "<u4") if is_event else np.zeros(size, "<u4")
        for entry, size, is_event in zip(entries, sizes, _are_events(entries), strict=True)
    ]
    absent = np.repeat(~_are_events(entries), sizes)
    return pa.array(np.concatenate(offsets), pa.uint32(), mask=absent)


def _are_events(entries: Sequence[Entry]) -> NDArray[np.bool_]:
    return np.array([entry.batch.period_us is None for entry in entries])


def _channel(entries: Sequence[Entry], number: int) -> Column:
    parts: list[NDArray[Any]] = []
    absent: list[NDArray[np.bool_]] = []
    for batch in (entry.batch for entry in entries):
        here = number < batch.channels
        samples = np.frombuffer(batch.samples, f"<i{batch.width}")
        parts.append(samples[number :: batch.channels] if here else np.zeros(batch.size, "<i2"))
        absent.append(np.full(batch.size, not here))
    return _arrow.array(np.concatenate(parts), mask=np.concatenate(absent))


def _values(table: pa.Table) -> Values:
    names = [name for name in table.column_names if name[0] == "v" and name[1:].isdigit()]
    columns = [
        table[name].combine_chunks().fill_null(0).to_numpy(zero_copy_only=False)
        for name in names
    ]
    return np.column_stack(columns)
