"""A recording as frames for a shard: in order, in segments, and what is left out is counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from analytics.files.clock import Clock, Piece
from analytics.files.content import NO_TIME, Block, Recording
from analytics.files.errors import BadRecording
from analytics.files.signs import Gravity, saturated
from analytics.frames import Frame
from analytics.kernels.spans import JUMP_US
from gateway.wire import Quality

_DAY: Final = date(1970, 1, 1)
_NEVER_US: Final = 1 << 62
#: Which stream of a shard a column is.
STREAMS: Final = {"bpm": "heart_rate", "spo2": "spo2", "rr_ms": "rr"}
#: Which of them tell no time by themselves.
_CLOCKED: Final = {"bpm", "spo2"}


@dataclass(slots=True)
class Account:
    """What became of a recording's samples."""

    samples: int = 0
    not_numbers: int = 0
    untimed: int = 0  # without a time, or whose time did not move on
    first_untimed: int | None = None  # the row
    segments: int = 0

    @property
    def refused(self) -> int:
        """Return how many samples count for nothing."""
        return self.not_numbers + self.untimed


class Feed:
    """Turns blocks into frames."""

    def __init__(self, recording: Recording) -> None:
        clocked = recording.timed or recording.rate_hz is not None
        if not clocked and (recording.has_accel or _CLOCKED & {*recording.events}):
            raise BadRecording(f"{recording.name} has no column time: say the rate")
        self._recording = recording
        self._clock = Clock(recording.rate_hz, recording.name)
        self._keys = dict.fromkeys(("accel", *STREAMS.values()), 0)
        self._number = 0  # of samples that were given
        self._latest_us = NO_TIME
        self._added_ms = 0.0  # intervals without times so far
        self._goes_on = -1  # the segment whose last sample was a number
        # Among other columns an empty cell is no beat; by itself it is one that was missed.
        self._only_beats = not recording.has_accel and recording.events == ("rr_ms",)
        self.beats_ms: list[NDArray[np.float64]] = []  # nan: not the next beat
        self.beat_gaps = 0
        self._beat_us: int | None = None
        self.account = Account()
        self.gravity = Gravity()
        self.rates_hz: set[float | None] = set()  # None: no regular clock
        self.until_us = NO_TIME  # all before it was given

    def frames(self) -> Iterator[list[Frame]]:
        """Yield the recording's frames, some at a time."""
        for block in self._recording.blocks:
            yield list(self._of(block))
        yield [frame for piece in self._clock.end() for frame in self._accel(piece)]

    def _of(self, block: Block) -> Iterator[Frame]:
        times_us, sampled = block.times_us, np.ones(block.size, bool)
        if block.accel is not None:
            if block.events:  # rows of other columns are no samples
                sampled = ~np.isnan(block.accel).all(axis=1)
            self.account.samples += int(sampled.sum())
            self.gravity.add(block.accel, self._recording.scale)
        if times_us is not None:
            ordered, fresh = self._order(times_us)
            self._note_untimed(sampled & ~fresh, block.row)
            yield from self._events(block, times_us, ordered)
            if block.accel is not None:
                keep = sampled & fresh
                for piece in self._clock.add(times_us[keep], block.accel[keep]):
                    yield from self._accel(piece)
            return
        yield from self._events(block, *self._own_times(block))
        if block.accel is not None:
            yield from self._accel(self._regular(block))

    def _order(
        self, times_us: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which rows are no earlier than all before them, and which are later."""
        latest = np.maximum.accumulate(np.append(self._latest_us, times_us))
        self._latest_us = int(latest[-1])
        known = times_us != NO_TIME
        return known & (times_us >= latest[:-1]), known & (times_us > latest[:-1])

    def _note_untimed(self, where: NDArray[np.bool_], row: int) -> None:
        found = np.flatnonzero(where)
        self.account.untimed += found.size
        if found.size and self.account.first_untimed is None:
            self.account.first_untimed = row + int(found[0])

    def _regular(self, block: Block) -> Piece:
        assert block.accel is not None and self._recording.rate_hz  # noqa: S101, PT018 - see __init__
        first, period_us = block.row - 1, 1e6 / self._recording.rate_hz
        start_us = self._recording.start_us
        return Piece(0, start_us, first, period_us, None, block.accel)

    def _own_times(self, block: Block) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return when rows without a time were: by their number, or as beats add up."""
        start_us, rate_hz = self._recording.start_us, self._recording.rate_hz
        if rate_hz is not None:
            since_us = (np.arange(block.size) + block.row - 1) * (1e6 / rate_hz)
        else:
            beats = np.nan_to_num(block.events["rr_ms"], nan=0.0, posinf=0.0, neginf=0.0)
            ends_ms = self._added_ms + np.cumsum(np.clip(beats, 0.0, 1e6))
            self._added_ms = float(ends_ms[-1]) if block.size else self._added_ms
            since_us = 1000.0 * ends_ms
        return start_us + np.rint(since_us).astype(np.int64), np.ones(block.size, bool)

    def _events(
        self, block: Block, times_us: NDArray[np.int64], ordered: NDArray[np.bool_]
    ) -> Iterator[Frame]:
        for event, values in block.events.items():
            there = ordered & (~np.isnan(values) | self._only_beats)
            if event == "rr_ms":
                self._note_beats(times_us[there], values[there])
            if there.any():
                mine_us = times_us[there]
                column = values[there].reshape(-1, 1)
                yield self._frame(STREAMS[event], mine_us, column, int(mine_us[0]))
        if ordered.any() and block.accel is None:
            self.until_us = int(times_us[ordered][-1])

    def _accel(self, piece: Piece) -> Iterator[Frame]:
        """Yield a piece's samples, those at the end of the range as frames of their own."""
        self._note(piece)
        values, scale = piece.values, self._recording.scale
        if not len(values):
            return
        ends = saturated(values, scale, self._recording.range_g)
        edges = [0, *(np.flatnonzero(ends[1:] != ends[:-1]) + 1).tolist(), len(values)]
        whole = self._frame(
            "accel",
            piece.times_us,
            values,
            start_us=piece.start_us,
            base=piece.base,
            period_us=piece.period_us,
            scale=scale,
            counted=(0, self._number + piece.segment),  # one is missing between segments
        )
        for begin, end in pairwise(edges):
            quality = int(Quality.SATURATED) if ends[begin] else 0
            yield replace(whole.piece(begin, end), quality=quality)
        self._number += len(values)
        self.until_us = whole.time_us(len(values))

    def _note(self, piece: Piece) -> None:
        self.rates_hz.add(None if piece.period_us is None else 1e6 / piece.period_us)
        if not len(piece.values):
            return
        numbers: NDArray[np.bool_] = np.logical_and.reduce(np.isfinite(piece.values), axis=1)
        follows = np.append(self._goes_on == piece.segment, numbers[:-1])
        self.account.segments += int((numbers & ~follows).sum())
        self.account.not_numbers += int((~numbers).sum())
        self._goes_on = piece.segment if numbers[-1] else -1

    def _note_beats(self, times_us: NDArray[np.int64], rr_ms: NDArray[np.float64]) -> None:
        """Keep intervals, with a gap where the time between beats is longer than theirs."""
        if self._recording.timed and rr_ms.size:
            before = times_us[0] if self._beat_us is None else self._beat_us
            apart_us = np.diff(times_us, prepend=np.int64(before))
            known_ms = np.where(np.isfinite(rr_ms), rr_ms, 0.0)
            gaps = np.flatnonzero((apart_us - JUMP_US) / 1000.0 > known_ms)
            self.beat_gaps += gaps.size
            self._beat_us = int(times_us[-1])
            rr_ms = np.insert(rr_ms, gaps, np.nan)
        self.beats_ms.append(rr_ms)

    def _frame(
        self,
        stream: str,
        times_us: NDArray[np.int64] | None,
        values: NDArray[Any],
        start_us: int,
        **fields: Any,  # noqa: ANN401 - those of a Frame
    ) -> Frame:
        number = self._keys[stream]
        self._keys[stream] += 1
        given: dict[str, Any] = {"period_us": None, "scale": 1.0, "key": (0, number)}
        return Frame(
            participant="",
            device="",
            stream=stream,
            day=_DAY,
            day_end_us=_NEVER_US,
            received_us=0,
            start_us=start_us,
            times_us=times_us,
            values=values,
            **given | fields,
        )
