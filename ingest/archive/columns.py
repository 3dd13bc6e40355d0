"""Log entries as columns, one row a sample, and back again to the last bit."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gateway.wire import Batch, DeviceCount, Lost
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
    "lost_samples": pa.int64(),
    "lost_reason": _TEXT,
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


def to_table(entries: Sequence[Entry], layout: pa.Schema) -> tuple[pa.Table, int, int]:
    """Return the samples of entries sorted by time, and when the first and last were taken."""
    sizes = np.array([entry.batch.size for entry in entries])
    owner = np.repeat(np.arange(len(entries)), sizes)
    index = np.concatenate([np.arange(entry.batch.size) for entry in entries])
    offsets, are_events = _offsets(entries)
    times_us = _times_us(entries, owner, index, offsets)
    order = np.lexsort((index, times_us))
    owner = owner[order]
    columns: dict[str, Any] = _repeated(entries, owner)
    columns["index"] = pa.array(index[order], pa.int32())
    columns["offset_us"] = _arrow.array(offsets[order], mask=~are_events[owner])
    channels = np.array([entry.batch.channels for entry in entries])[owner]
    values = _samples(entries, len(layout) - len(columns))[order]
    for n in range(values.shape[1]):
        columns[f"v{n}"] = _arrow.array(values[:, n].copy(), mask=channels <= n)
    return pa.table(columns).cast(layout), int(times_us.min()), int(times_us.max())


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
    said = zip(*map(_said_once, entries), strict=True)
    return {
        name: _column(list(values), kind).take(owner)
        for (name, kind), values in zip(REPEATED.items(), said, strict=True)
    }


def _column(values: list[Any], kind: pa.DataType) -> Column:
    if kind != _TEXT:
        return pa.array(values, kind)
    return _arrow.array(values, pa.string()).dictionary_encode()


def _said_once(entry: Entry) -> tuple[Any, ...]:
    """Return a value for each of the repeated columns."""
    batch = entry.batch
    count = batch.counted
    return (
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
        batch.lost and batch.lost.samples,
        batch.lost and batch.lost.reason,
        entry.position,
    )


def _entry(row: dict[str, Any], offsets: NDArray[np.uint32], values: Values) -> Entry:
    width, channels = row["width"], row["channels"]
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
        counted=counted_of(row),
        lost=lost_of(row),
    )
    return Entry(row["position"], row["received_us"], row["gateway"], row["first"], batch)


def counted_of(row: dict[str, Any]) -> DeviceCount | None:
    """Return where a row says that its batch stands in the device's memory."""
    if row["counted_boot"] is None:
        return None
    return DeviceCount(
        boot=row["counted_boot"], sample=row["counted_sample"], ticks=row["counted_ticks"]
    )


def lost_of(row: dict[str, Any]) -> Lost | None:
    """Return what a row says is missing before its batch."""
    if row["lost_samples"] is None:
        return None
    return Lost(samples=row["lost_samples"], reason=row["lost_reason"])


def _offsets(entries: Sequence[Entry]) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Return each sample's offset, 0 without one, and which entries are events."""
    are_events = np.array([entry.batch.period_us is None for entry in entries])
    offsets = [
        entry.batch.offsets_us if is_event else bytes(4 * entry.batch.size)
        for entry, is_event in zip(entries, are_events, strict=True)
    ]
    return np.frombuffer(b"".join(offsets), "<u4"), are_events


def _times_us(
    entries: Sequence[Entry],
    owner: NDArray[np.int64],
    index: NDArray[np.int64],
    offsets: NDArray[np.uint32],
) -> NDArray[np.int64]:
    start_us = np.array([entry.batch.start_us for entry in entries])
    period_us = np.array([entry.batch.period_us or 0.0 for entry in entries])
    later_us = np.rint(index * period_us[owner]).astype(np.int64) + offsets
    return start_us[owner] + later_us


def _samples(entries: Sequence[Entry], channels: int) -> Values:
    """Return samples as rows; what a narrower batch lacks is 0."""
    shapes = {(entry.batch.channels, entry.batch.width) for entry in entries}
    _, width = next(iter(shapes))
    if shapes == {(channels, width)}:
        together = b"".join(entry.batch.samples for entry in entries)
        return np.frombuffer(together, f"<i{width}").reshape(-1, channels)
    rows = [_rows(entry.batch, channels) for entry in entries]
    return np.concatenate(rows)


def _rows(batch: Batch, channels: int) -> NDArray[np.int32]:
    rows = np.zeros((batch.size, channels), np.int32)
    samples = np.frombuffer(batch.samples, f"<i{batch.width}")
    rows[:, : batch.channels] = samples.reshape(-1, batch.channels)
    return rows


def _values(table: pa.Table) -> Values:
    names = [name for name in table.column_names if name[0] == "v" and name[1:].isdigit()]
    columns = [
        table[name].combine_chunks().fill_null(0).to_numpy(zero_copy_only=False)
        for name in names
    ]
    return np.column_stack(columns)
