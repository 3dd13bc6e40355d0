"""The state of many streams as arrays, one row each. The bytes of a row are its checkpoint."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics import cores
from analytics.gathered import Gathered
from analytics.kernels import counts, heart_rate, motion, oximetry, rr, spans, steps
from analytics.kernels import pieces as five_seconds
from analytics.kernels.spans import SPAN, SUM
from analytics.picking import opaque

_NEVER_US: Final = np.iinfo(np.int64).max
_FEWEST_NORMS: Final = 512  # to make room for: 5 s at up to 100 Hz
_MOST_STEPS: Final = 100_000.0  # in one summary of a device
#: Two seconds between beats, and one by which a strap may tell of one late.
_RR_JUMP_US: Final = 3e6


#: The records of a row, in the order in which they are dumped.
RECORDS: Final = (
    SUM,
    spans.CURSOR,
    five_seconds.STATE,
    counts.STATE,
    steps.STATE,
    rr.STATE,
    oximetry.STATE,
)


def _said(record: np.dtype[np.void]) -> NDArray[np.uint8]:
    """Return 255 for each byte of a record that is of a field, 0 where it is padded."""
    mask = np.zeros(record.itemsize, np.uint8)
    for field, begin, *_ in (record.fields or {}).values():
        mask[begin : begin + field.itemsize] = 255
    return mask


#: Between fields stands what was there before: the same state must be the same bytes.
_SAID: Final = np.concatenate([_said(record) for record in RECORDS])


class Rows:
    """Cursors, open epochs and filters of a shard's streams."""

    def __init__(self, epoch_us: int, *, lfe: bool = False) -> None:
        self._epoch_us = epoch_us
        self._lfe = lfe
        self._cores = cores.available()
        self._count = 0
        self._cursors = spans.fresh_cursors(0)
        self._opened = spans.fresh_sums(0)
        self._motion = motion.fresh(0, _FEWEST_NORMS)
        self._rr = rr.fresh(0)
        self._oximetry = oximetry.fresh(0)
        self._untold = np.zeros(0, bool)  # whose open epoch has more in it than was told
        self._untold_end_us = np.zeros(0, np.int64)  # when that is over

    def add(self) -> int:
        """Return the number of a new row that has heard nothing."""
        if self._count == self._cursors.size:
            more = max(16, self._count)
            self._cursors = np.append(self._cursors, spans.fresh_cursors(more))
            self._opened = np.append(self._opened, spans.fresh_sums(more))
            self._opened["row"] = np.arange(self._opened.size)
            self._motion = motion.grown(self._motion, more)
            self._rr = np.append(self._rr, rr.fresh(more))
            self._oximetry = np.append(self._oximetry, oximetry.fresh(more))
            self._untold = np.append(self._untold, np.zeros(more, bool))
            never = np.full(more, _NEVER_US)
            self._untold_end_us = np.append(self._untold_end_us, never)
        self._count += 1
        return self._count - 1

    def dump(self, row: int) -> bytes:
        """Return all that a row holds."""
        return self.dump_all([row])[0]

    def dump_all(self, rows: Sequence[int]) -> list[bytes]:
        """Return all that each of some rows holds."""
        at = list(rows)
        opened = opaque(self._opened)[at].view(SUM)
        opened["row"] = 0
        arrays = [_bytes(array[at]) for array in map(opaque, self._arrays())]
        table = np.hstack([_bytes(opened), *arrays]) & _SAID
        held: list[int] = self._motion.pieces["n"][at].tolist()
        excess_g, past_g = self._motion.excess_g, self._motion.past_g
        return [
            fixed.tobytes() + excess_g[row, :n].tobytes() + past_g[row].tobytes()
            for row, fixed, n in zip(at, table, held, strict=True)
        ]

    def load(self, row: int, state: bytes) -> None:
        """Put a row where it was when it was dumped."""
        at = 0
        for array in (self._opened, *self._arrays()):
            array[row] = np.frombuffer(state, array.dtype, 1, at)[0]
            at += array.itemsize
        self._opened["row"][row] = row
        kept = np.frombuffer(state, np.float64, offset=at)
        held, past_g = np.split(kept, [self._motion.pieces["n"][row]])
        self._make_room(held.size, past_g.size)
        self._motion.excess_g[row, : held.size] = held
        self._motion.past_g[row, : past_g.size] = past_g

    def is_untold(self, row: int) -> bool:
        """Return whether a row's open epoch has more in it than was told."""
        return bool(self._untold[row])

    def note(self, rows: Sequence[int], *, untold: bool) -> None:
        """Take note whether more came to open epochs since they were told."""
        at = list(rows)
        minute = self._opened["minute"][at]
        end_us = (minute + 1) * self._epoch_us
        self._untold[at] = untold
        self._untold_end_us[at] = np.where(untold & (minute >= 0), end_us, _NEVER_US)

    def ended(self, before_us: int) -> list[int]:
        """Return the rows whose open epoch ended by an instant and was not told since."""
        return np.flatnonzero(self._untold_end_us <= before_us).tolist()

    def opened(self, rows: Sequence[int]) -> NDArray[np.void]:
        """Return the open epochs of some rows, as if no more came."""
        at = list(rows)
        sums = opaque(self._opened)[at].view(SUM)
        held, excess_g = self._motion.pieces[at], self._motion.excess_g[at]
        five_seconds.close_all(held, excess_g, sums)
        return sums[sums["minute"] >= 0]

    def feed(self, stream: str, given: Gathered) -> NDArray[np.void]:
        """Feed batches of a stream to their rows; return the epochs they closed."""
        add = {
            "accel": self._add_accel,
            "heart_rate": self._add_heart_rate,
            "rr": self._add_rr,
            "spo2": self._add_spo2,
            "steps": self._add_summaries,
        }[stream]
        return self._closed(add(given))

    def _add_accel(self, given: Gathered) -> NDArray[np.void]:
        cut, sums = self._cut(given, piece_us=five_seconds.PIECE_US)
        self._make_room(five_seconds.room(self._motion.pieces, cut), counts.past(cut))
        arrays = self._motion, cut, given.values, given.times_us, sums
        cores.add_motion(*arrays, lfe=self._lfe, cores=self._cores)
        return sums

    def _add_heart_rate(self, given: Gathered) -> NDArray[np.void]:
        cut, sums = self._cut(given)
        bounds_bpm = heart_rate.LOWEST_BPM, heart_rate.HIGHEST_BPM
        heart_rate.add(cut, given.values, *bounds_bpm, sums)
        return sums

    def _add_summaries(self, given: Gathered) -> NDArray[np.void]:
        """Feed a device's own counts to their rows."""
        batches = given.batches.copy()
        batches["start_us"] += self._epoch_us // 2  # most of it lies there
        cut, sums = self._cut(replace(given, batches=batches))
        heart_rate.add(cut, given.values, 0.0, _MOST_STEPS, sums)
        return sums

    def _add_rr(self, given: Gathered) -> NDArray[np.void]:
        cut, sums = self._cut(given, _RR_JUMP_US)
        rr.add(self._rr, cut, given.values, sums)
        return sums

    def _add_spo2(self, given: Gathered) -> NDArray[np.void]:
        cut, sums = self._cut(given, oximetry.BASELINE_S * 1e6)
        oximetry.add(self._oximetry, cut, given.values, given.times_us, sums)
        return sums

    def _cut(
        self,
        given: Gathered,
        jump_us: float = spans.JUMP_US,
        piece_us: int = spans.WHOLE_US,
    ) -> tuple[NDArray[np.void], NDArray[np.void]]:
        """Return spans of the batches, and the sums that they add to."""
        batches, times_us = given.batches, given.times_us
        epochs = spans.room(batches, times_us, self._epoch_us)
        cut = np.zeros(epochs + spans.room(batches, times_us, piece_us), SPAN)
        sums = np.zeros(epochs + len(batches), SUM)
        sums["minute"] = -1
        n_cut, n_sums = spans.cut(
            self._cursors,
            batches,
            times_us,
            self._epoch_us,
            self._opened,
            cut,
            sums,
            jump_us,
            piece_us,
        )
        return cut[:n_cut], sums[:n_sums]

    def _arrays(self) -> tuple[NDArray[np.void], ...]:
        """Return what holds one record a row, besides the open epochs."""
        states = self._motion
        return (
            self._cursors,
            states.pieces,
            states.counts,
            states.steps,
            self._rr,
            self._oximetry,
        )

    def _make_room(self, norms: int, past: int) -> None:
        """Make room for the norms of a piece, and for what counts keep of the past."""
        self._motion = motion.widened(self._motion, norms, past)

    def _closed(self, sums: NDArray[np.void]) -> NDArray[np.void]:
        """Keep each row's last epoch open; return the others."""
        rows = np.unique(sums["row"])
        slots = self._cursors["slot"][rows]
        self._opened[rows] = sums[slots]
        self._cursors["slot"][rows] = -1
        closed = np.ones(sums.size, bool)
        closed[slots] = False
        return sums[closed]


def _bytes(records: NDArray[np.void]) -> NDArray[np.uint8]:
    return records.view(np.uint8).reshape(len(records), -1)
