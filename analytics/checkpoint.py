"""A shard's row as bytes: where each stream stands, and the frames that still wait.

The state of a stream is its records as they are in memory, so bytes of another layout would be
read as something else. A row therefore begins with a stamp of the layout it was written in.
"""

from collections.abc import Sequence
from datetime import date
from hashlib import blake2s
from typing import Final

import msgspec
import numpy as np

from analytics.frames import Frame
from analytics.lanes import Fed, Lane
from analytics.rows import RECORDS


class OtherLayout(ValueError):
    """A row was written by a release whose state is laid out otherwise."""


class SavedFrame(msgspec.Struct, frozen=True, array_like=True):
    """A frame that waits for its turn; whose it is stands in the row's key."""

    day: date
    day_end_us: int
    received_us: int
    start_us: int
    period_us: float | None
    scale: float
    key: tuple[int, int]
    base: int
    first: int
    quality: int
    counted: tuple[int, int] | None
    dtype: str
    channels: int
    values: bytes
    times_us: bytes | None


class SavedLane(msgspec.Struct, frozen=True, array_like=True):
    """One stream."""

    state: bytes  # cursor, open epoch and filter as they are in memory
    changed: bool  # the open epoch has more in it than was told
    fed: Fed | None
    held: list[SavedFrame]
    connections: dict[int, int]


class Saved(msgspec.Struct, frozen=True):
    """All streams of one device on one person."""

    lanes: dict[str, SavedLane]


_STAMP_BYTES: Final = 8


def stamp(records: Sequence[np.dtype[np.void]]) -> bytes:
    """Return a name for a layout of records, and of what is around them."""
    told = [f"{record.descr} {record.itemsize}" for record in records]
    told += [repr(msgspec.inspect.type_info(Saved))]
    return blake2s("\n".join(told).encode(), digest_size=_STAMP_BYTES).digest()


_LAYOUT: Final = stamp(RECORDS)
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Saved)


def encode(lanes: dict[str, SavedLane]) -> bytes:
    """Return the bytes of one row."""
    return _LAYOUT + _encoder.encode(Saved(lanes))


def decode(data: bytes) -> dict[str, SavedLane]:
    """Return what a row holds; raise OtherLayout for one that says something else."""
    if data[:_STAMP_BYTES] != _LAYOUT:
        raise OtherLayout("a row of a checkpoint is laid out otherwise")
    return _decoder.decode(data[_STAMP_BYTES:]).lanes


def save(lane: Lane, state: bytes, *, changed: bool) -> SavedLane:
    """Return a lane as it is kept."""
    held = [_save_frame(frame) for frame in lane.held]
    return SavedLane(state, changed, lane.fed, held, lane.connections)


def restore(lane: Lane, saved: SavedLane) -> None:
    """Put a lane where it was."""
    lane.fed = saved.fed
    lane.held = [_frame(lane, frame) for frame in saved.held]
    lane.connections = dict(saved.connections)


def _save_frame(frame: Frame) -> SavedFrame:
    return SavedFrame(
        frame.day,
        frame.day_end_us,
        frame.received_us,
        frame.start_us,
        frame.period_us,
        frame.scale,
        frame.key,
        frame.base,
        frame.first,
        frame.quality,
        frame.counted,
        frame.values.dtype.str,
        frame.values.shape[1],
        frame.values.tobytes(),
        None if frame.times_us is None else frame.times_us.tobytes(),
    )


def _frame(lane: Lane, saved: SavedFrame) -> Frame:
    values = np.frombuffer(saved.values, saved.dtype).reshape(-1, saved.channels)
    return Frame(
        participant=lane.participant,
        device=lane.device,
        stream=lane.stream,
        day=saved.day,
        day_end_us=saved.day_end_us,
        received_us=saved.received_us,
        start_us=saved.start_us,
        period_us=saved.period_us,
        values=values,
        scale=saved.scale,
        key=saved.key,
        times_us=None if saved.times_us is None else np.frombuffer(saved.times_us, np.int64),
        base=saved.base,
        first=saved.first,
        quality=saved.quality,
        counted=saved.counted,
    )
