"""The motion kernels beside what others use, in one run: million samples a second on one core.

python -m benchmarks.kernels [--quick]

A sample is one reading of three axes. All get the same 24 h of int16 motion; agcounts, which at
most rates takes microseconds a sample, gets 20 min of it. Of several runs the best counts, by
the processor's time, so that other programs disturb little.
wristpy is measured where `make peers` has set it up. `--quick` takes an hour instead.
"""

import subprocess
import sys
import time
from functools import partial
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analytics import cores
from analytics.kernels import block, counts, enmo, motion, pieces, spans, steps
from analytics.kernels.counts import BLOCK
from analytics.kernels.simd import WIDTH
from benchmarks import motion_peers
from benchmarks.fastest import best_s, million_per_s
from benchmarks.motion_peers import EPOCH_S, SCALE_G

_PEOPLE = 64
_MANY = 10_000
_NO_TIMES = np.zeros(0, np.int64)

Samples = NDArray[np.int16] | NDArray[np.float64]


class Input(NamedTuple):
    """What the kernels are called with."""

    states: motion.States
    spans: NDArray[np.void]
    values: Samples
    sums: NDArray[np.void]

    def motion(self, on: int = 1) -> None:
        """Take all measures on so many cores."""
        given = (self.states, self.spans, self.values, _NO_TIMES, self.sums)
        cores.add_motion(*given, lfe=False, cores=on)

    def enmo(self) -> None:
        """Take ENMO alone."""
        enmo.add(self.spans, self.values, self.sums)


@njit(cache=True, nogil=True, error_model="numpy")
def _counts(
    states: motion.States,
    spans: np.ndarray,
    values: np.ndarray,
    times_us: np.ndarray,
    sums: np.ndarray,
) -> None:
    """Take counts and ENMO alone."""
    room = block.make_room()
    for k in range(spans.size):
        span, epoch = spans[k], sums[spans[k]["slot"]]
        row, last = span["row"], span["offset"] + span["size"]
        for at in range(span["offset"], last, BLOCK):
            size = min(BLOCK, last - at)
            block.load(values, at, size, span["scale"], room)
            total_g = epoch["enmo_sum_g"]
            for i in range(size):
                total_g += room.xyzw_g[WIDTH * i + 3]
            epoch["enmo_sum_g"] = total_g
            xyzw_g, past_g = room.xyzw_g[: WIDTH * size], states.past_g[row]
            period_us, state = span["period_us"], states.counts[row]
            counts.count(state, xyzw_g, times_us, period_us, False, past_g, room.counts, epoch)


_PARTS = ("load", "pieces", "counts", "steps")


@njit(cache=True, nogil=True, error_model="numpy")
def _part(
    states: motion.States,
    spans: np.ndarray,
    values: np.ndarray,
    times_us: np.ndarray,
    sums: np.ndarray,
    part: int,
) -> None:
    """Bring samples to g, and take one part of the measures, by its number in `_PARTS`."""
    room = block.make_room()
    for k in range(spans.size):
        span, epoch = spans[k], sums[spans[k]["slot"]]
        row, last, period_us = span["row"], span["offset"] + span["size"], span["period_us"]
        if span["new_piece"]:
            pieces.close(states.pieces[row], states.excess_g[row], epoch, room.sums)
        for at in range(span["offset"], last, BLOCK):
            size = min(BLOCK, last - at)
            block.load(values, at, size, span["scale"], room)
            xyzw_g, past_g = room.xyzw_g[: WIDTH * size], states.past_g[row]
            if part == 1:
                motion.add_to_pieces(states, row, 0, size, epoch, room)
            elif part == 2:
                state = states.counts[row]
                counts.count(
                    state, xyzw_g, times_us, period_us, False, past_g, room.counts, epoch
                )
            elif part == 3:
                steps.walk(states.steps[row], room.excess_g[:size], times_us, period_us)


def _profile(given: Input) -> None:
    """Show where the time of all measures goes, ns a sample."""
    args = (given.states, given.spans, given.values, _NO_TIMES, given.sums)
    size = len(given.values)
    took_ns = [1e9 * best_s(partial(_part, *args, part)) / size for part in range(len(_PARTS))]
    all_ns = 1e9 * best_s(given.motion) / size
    own_ns = [took_ns[0], *(took - took_ns[0] for took in took_ns[1:])]
    parts = "  ".join(f"{name} {own:.1f}" for name, own in zip(_PARTS, own_ns, strict=True))
    print(f"  of {all_ns:.1f} ns a sample: {parts}  the rest {all_ns - sum(own_ns):.1f}")


def _motion(seconds: int, rate_hz: int) -> NDArray[np.int16]:
    """Give a limb that swings, with noise."""
    size = seconds * rate_hz
    values = np.random.default_rng(0).normal(0, 600, (size, 3))
    values += 1_500 * np.sin(np.arange(size)[:, None] * 11.0 / rate_hz + np.arange(3))
    values[:, 2] += 3_000
    return np.rint(values).astype(np.int16)


def _input(values: Samples, rows: int, rate_hz: int) -> Input:
    batches = np.zeros(rows, spans.BATCH)
    size = len(values) // rows
    batches["row"], batches["offset"] = np.arange(rows), np.arange(rows) * size
    batches["size"], batches["period_us"], batches["scale"] = size, 1e6 / rate_hz, SCALE_G
    epoch_us = EPOCH_S * 1_000_000
    epochs = spans.room(batches, _NO_TIMES, epoch_us)
    cut = np.zeros(epochs + spans.room(batches, _NO_TIMES, pieces.PIECE_US), spans.SPAN)
    sums = np.zeros(epochs + rows, spans.SUM)
    sums["minute"] = -1
    cursors, opened = spans.fresh_cursors(rows), spans.fresh_sums(rows)
    ends = (spans.JUMP_US, pieces.PIECE_US)
    n, _ = spans.cut(cursors, batches, _NO_TIMES, epoch_us, opened, cut, sums, *ends)
    states = motion.fresh(rows, pieces.room(pieces.fresh(rows), cut[:n]))
    return Input(states, cut[:n], values, sums)


def _show(what: str, ours: float, **theirs: float) -> None:
    line = "  ".join(
        f"{name} {rate:7.2f} ({ours / rate:5.1f}x)" for name, rate in theirs.items()
    )
    print(f"  {what:<34}{ours:8.1f}  {line}", flush=True)


def _copy_bytes_per_s(values: NDArray[np.float64]) -> float:
    target = np.empty_like(values)
    return values.nbytes / best_s(lambda: np.copyto(target, values))


def _one_day(seconds: int, rate_hz: int) -> None:
    values = _motion(seconds, rate_hz)
    size = len(values)
    print(f"{rate_hz} Hz, {size:,} samples: M samples/s")
    agcounts = motion_peers.agcounts(values, rate_hz)
    skdh = motion_peers.skdh(values, rate_hz)
    wristpy = motion_peers.wristpy(seconds, rate_hz)
    motion_peers.progress("kindstep")
    single, many = _input(values, 1, rate_hz), _input(values, _PEOPLE, rate_hz)
    real = _input(values.astype(np.float64), 1, rate_hz)

    def others(measure: str, **more: float) -> dict[str, float]:
        theirs = {"skdh": skdh[measure]}
        theirs |= {"wristpy": wristpy[measure]} if measure in wristpy else {}
        return theirs | more

    _show("ENMO alone, int16", million_per_s(single.enmo, size), skdh=skdh["int16"])
    alone = million_per_s(real.enmo, size)
    _show("ENMO alone, float64", alone, **others("enmo"))
    copy = _copy_bytes_per_s(real.values)
    print(f"  {'':<34}{100 * alone * 24e6 / copy:8.0f} % of copying ({copy / 1e9:.1f} GB/s)")
    for what, given in (("", single), (f", {_PEOPLE} people", many)):
        args = (given.states, given.spans, given.values, _NO_TIMES, given.sums)
        rate = million_per_s(lambda args=args: _counts(*args), size)
        _show(f"counts + ENMO{what}", rate, **others("counts", agcounts=agcounts))
    _show("all measures", million_per_s(single.motion, size), **others("mad"))
    _show(f"all measures, {_PEOPLE} people", million_per_s(many.motion, size))
    _profile(single)


def _many() -> None:
    """Show how long two seconds of many people take."""
    given = _input(np.tile(_motion(2, 100), (_MANY, 1)), _MANY, 100)
    for on in (1, 2):
        run = partial(given.motion, on)
        passed_ms, worked_ms = (
            1e3 * best_s(run, 40, clock_s) for clock_s in (time.perf_counter, time.process_time)
        )
        what = f"all measures, 2 s of {_MANY:,} people, {on} core(s)"
        print(f"{what} {passed_ms:8.1f} ms, of a processor {worked_ms:.1f} ms")


def _sizes() -> None:
    filters = {"counts": counts.STATE.itemsize, "ENMO": 8, "steps": steps.STATE.itemsize}
    rest = {
        "open piece": pieces.STATE.itemsize,
        "its norms at 100 Hz": 500 * 8,
        "open epoch": spans.SUM.itemsize,
        "cursor": spans.CURSOR.itemsize,
    }
    print("state of one person's stream, bytes")
    for name, size in filters.items():
        print(f"  {name:<34}{size:8d}")
    print(f"  {'filters':<34}{sum(filters.values()):8d}")
    for name, size in rest.items():
        print(f"  {name:<34}{size:8d}")
    print(f"  {'all':<34}{sum(filters.values()) + sum(rest.values()):8d}")


def _first_call() -> None:
    """Show how long the first call of a process takes, its kernels compiled before."""
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.kernels", "--first"],
        capture_output=True,
        text=True,
        check=True,
    )
    print(f"first call, compiled before, imports apart {float(told.stdout):8.2f} s")


def _main(arguments: list[str]) -> None:
    if "--first" in arguments:
        given = _input(_motion(1, 100), 1, 100)
        start_s = time.process_time()
        given.motion()
        print(time.process_time() - start_s)
        return
    for rate_hz in (30, 50, 100):
        _one_day(3_600 if "--quick" in arguments else 86_400, rate_hz)
    _many()
    _sizes()
    _first_call()


if __name__ == "__main__":
    _main(sys.argv[1:])
