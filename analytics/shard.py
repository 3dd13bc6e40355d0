"""The door to the streaming scorer: frames in, minutes out, state that can be kept.

A shard knows no engine, no database and no clock. What it says is a function of each stream in
its canonical order, however the stream was cut into frames and calls.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2s
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics import checkpoint
from analytics.frames import Frame
from analytics.gathered import Piece, gather
from analytics.hearing import Heard, Hole
from analytics.lanes import UNCOUNTED, Fed, Lane
from analytics.minutes import EPOCH, MINUTE_US, Part
from analytics.rows import Rows
from analytics.sums import as_epochs

__all__ = ["EPOCH", "STREAMS", "Frame", "Heard", "Hole", "Outputs", "Row", "Shard", "shard_of"]

SHARDS: Final = 256
#: What is scored; other streams pass by.
STREAMS: Final = {
    "accel": Part.ACCEL,
    "heart_rate": Part.HEART_RATE,
    "rr": Part.RR,
    "spo2": Part.SPO2,
    "steps": Part.SUMMARY,
}

Row = tuple[str, str, bytes]  # participant, device, state


def shard_of(participant: str) -> int:
    """Return which of the shards a participant belongs to, the same on every machine."""
    return blake2s(participant.encode(), digest_size=1).digest()[0] % SHARDS


@dataclass(slots=True)
class Outputs:
    """What came of some frames."""

    epochs: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, EPOCH))
    lanes: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    participants: set[str] = field(default_factory=set[str])  # with new epochs
    late: list[tuple[str, date]] = field(default_factory=list[tuple[str, date]])
    heard: list[Heard] = field(default_factory=list[Heard])
    holes: list[Hole] = field(default_factory=list[Hole])
    filled: list[Hole] = field(default_factory=list[Hole])  # by late frames

    def too_late(self, frame: Frame) -> None:
        """Note a frame whose place has passed."""
        self.late.append((frame.participant, frame.day))
        if frame.counted:
            boot, first = frame.counted
            times_us = (frame.time_us(0), frame.time_us(frame.size))
            stream = (frame.participant, frame.device, frame.stream)
            self.filled.append(Hole(*stream, boot, first, first + frame.size, *times_us))

    def lacks(self, before: Fed, frame: Frame) -> None:
        """Note samples that the device counted and nobody has brought."""
        stream = (frame.participant, frame.device, frame.stream)
        numbers = (before.boot, before.number, before.number + before.misses(frame))
        self.holes.append(Hole(*stream, *numbers, before.until_us, frame.time_us(0)))

    def reached(self, lane: Lane) -> None:
        """Note how far a lane was heard."""
        if lane.fed:
            stream = (lane.participant, lane.device, lane.stream)
            is_memory = lane.fed.boot != UNCOUNTED
            counted = is_memory and not lane.is_imported  # of which no more will come
            self.heard.append(Heard(*stream, counted, lane.fed.until_us, lane.fed.received_us))


class Shard:
    """Some participants' streams.

    `feed` and the others return the minutes that closed. A minute closes when a later one of
    its stream opens; `close_idle` tells of it before, and it is told again when more comes.
    With `lfe` ActiGraph counts are those of the low-frequency extension.
    """

    def __init__(self, epoch_us: int = MINUTE_US, *, lfe: bool = False) -> None:
        self._epoch_us = epoch_us
        self._rows = Rows(epoch_us, lfe=lfe)
        self._lanes: dict[tuple[str, str], dict[str, Lane]] = {}
        self._by_row: list[Lane] = []
        self._waiting: dict[int, Lane] = {}
        self._touched: set[tuple[str, str]] = set()
        self._clock_us = 0

    def feed(
        self, frames: Iterable[Frame], now_us: int = 0, close_before_us: int = 0
    ) -> Outputs:
        """Take frames in any order; what came too late for its place is named in `late`.

        At `now_us` no frame waits longer than the bound, also when nothing more comes. Minutes
        that ended by `close_before_us` are told although no later one has opened.
        """
        outputs = Outputs()
        self._clock_us = max(self._clock_us, now_us)
        for frame in frames:
            self._clock_us = max(self._clock_us, frame.received_us)
            if frame.stream in STREAMS and frame.size:
                self._hold(frame, outputs)
        self._go_on(outputs)
        self._close_idle(outputs, close_before_us)
        return outputs

    def settle(self, now_us: int) -> Outputs:
        """Go on although nothing came."""
        return self.feed((), now_us)

    def close_idle(self, before_us: int) -> Outputs:
        """Tell of minutes that ended before an instant and are still open."""
        return self.feed((), close_before_us=before_us)

    def dump(self) -> list[Row]:
        """Return the rows that were touched since the last call."""
        keys = sorted(self._touched)
        self._touched.clear()
        rows = [lane.row for key in keys for lane in self._lanes[key].values()]
        states = dict(zip(rows, self._rows.dump_all(rows), strict=True)) if rows else {}
        return [(*key, self._encode(key, states)) for key in keys]

    def load(self, rows: Iterable[Row]) -> None:
        """Put rows where they were, in place of what is here of them."""
        for participant, device, data in rows:
            for stream, saved in checkpoint.decode(data).items():
                self._restore(self._lane(participant, device, stream), saved)

    def adopt(self, other: "Shard", participant: str, start_us: int, end_us: int) -> None:
        """Go on from where another shard stands that was fed someone's day once more.

        Streams that were fed further already stay as they are, frames beyond still wait here,
        and a stream that the other knows nothing of was somebody else's.
        """
        theirs = {(lane.device, lane.stream): lane for lane in other._by_row}
        for mine in self._lanes_of(participant, start_us, end_us):
            if (mine.device, mine.stream) not in theirs:
                self._begin_anew(mine)
        for lane in theirs.values():
            mine = self._lane(participant, lane.device, lane.stream)
            if mine.fed is None or mine.fed.last_us < end_us:
                beyond = [frame for frame in mine.held if frame.time_us(0) >= end_us]
                self._restore(mine, other._save(lane, other._rows.dump(lane.row)))
                mine.held += beyond
                self._wait(mine)
                self._touched.add(mine.device_key)

    def _lanes_of(self, participant: str, start_us: int, end_us: int) -> list[Lane]:
        """Return the streams of someone that were fed last in a span of time."""
        return [
            lane
            for lane in self._by_row
            if lane.participant == participant
            and lane.fed is not None
            and start_us <= lane.fed.last_us < end_us
        ]

    def _begin_anew(self, lane: Lane) -> None:
        nothing = Rows(self._epoch_us)
        state = nothing.dump(nothing.add())
        self._restore(lane, checkpoint.SavedLane(state, False, None, [], {}))
        self._touched.add(lane.device_key)

    def _lane(self, participant: str, device: str, stream: str) -> Lane:
        lanes = self._lanes.setdefault((participant, device), {})
        lane = lanes.get(stream)
        if lane is None:
            lane = lanes[stream] = Lane(participant, device, stream, self._rows.add())
            self._by_row.append(lane)
        return lane

    def _encode(self, key: tuple[str, str], states: Mapping[int, bytes]) -> bytes:
        lanes = sorted(self._lanes[key].items())
        return checkpoint.encode(
            {stream: self._save(lane, states[lane.row]) for stream, lane in lanes}
        )

    def _save(self, lane: Lane, state: bytes) -> checkpoint.SavedLane:
        return checkpoint.save(lane, state, changed=self._rows.is_untold(lane.row))

    def _restore(self, lane: Lane, saved: checkpoint.SavedLane) -> None:
        checkpoint.restore(lane, saved)
        self._rows.load(lane.row, saved.state)
        self._rows.note([lane.row], untold=saved.changed)
        self._wait(lane)

    def _wait(self, lane: Lane) -> None:
        if lane.held:
            self._waiting[lane.row] = lane
        else:
            self._waiting.pop(lane.row, None)

    def _hold(self, frame: Frame, outputs: Outputs) -> None:
        lane = self._lane(frame.participant, frame.device, frame.stream)
        if lane.hold(frame):
            self._touched.add(lane.device_key)
            self._wait(lane)
        else:
            outputs.too_late(frame)

    def _go_on(self, outputs: Outputs) -> None:
        """Feed what needs to wait no longer."""
        ready: dict[str, list[Piece]] = {}
        for lane in list(self._waiting.values()):
            ready.setdefault(lane.stream, []).extend(self._release(lane, outputs))
        for stream, pieces in ready.items():
            if pieces:
                closed = self._rows.feed(stream, gather(pieces))
                self._rows.note([piece.row for piece in pieces], untold=True)
                self._tell(outputs, stream, closed)

    def _release(self, lane: Lane, outputs: Outputs) -> list[Piece]:
        pieces: list[Piece] = []
        for before, frame in lane.release(self._clock_us):
            if before and not before.before(frame):  # came twice, and waited with itself
                outputs.too_late(frame)
                continue
            pieces.append(Piece(lane.row, frame, not (before and before.followed_by(frame))))
            if before and before.misses(frame):
                outputs.lacks(before, frame)
        if pieces:
            self._touched.add(lane.device_key)
            outputs.reached(lane)
        self._wait(lane)
        return pieces

    def _close_idle(self, outputs: Outputs, before_us: int) -> None:
        by_stream: dict[str, list[int]] = {}
        for row in self._rows.ended(before_us):
            by_stream.setdefault(self._by_row[row].stream, []).append(row)
        for stream, rows in sorted(by_stream.items()):
            self._tell(outputs, stream, self._rows.opened(rows))
            self._rows.note(rows, untold=False)
            self._touched.update(self._by_row[row].device_key for row in rows)

    def _tell(self, outputs: Outputs, stream: str, sums: NDArray[np.void]) -> None:
        if not sums.size:
            return
        rows: list[int] = sums["row"].tolist()
        whose = [self._by_row[row].device_key for row in rows]
        lanes = {key: lane for lane, key in enumerate(outputs.lanes)}
        numbers = [lanes.setdefault(key, len(lanes)) for key in whose]
        outputs.lanes[:] = lanes
        told = as_epochs(sums, STREAMS[stream], numbers, self._epoch_us)
        outputs.epochs = np.concatenate([outputs.epochs, told])
        outputs.participants.update(participant for participant, _ in whose)
