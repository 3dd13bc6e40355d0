"""Slow, obvious twins of the kernels: the answer we would accept by eye."""

import math
from collections import defaultdict

import numpy as np
from scipy import signal

from analytics.kernels.steps import GRID_US, PEAK_G, REFRACTORY, RUN, SLOWEST

SOS = signal.butter(2, [0.7, 3.0], "bandpass", fs=25, output="sos")


def enmo(samples, scale):
    """Sum of ENMO (g) and number of valid samples."""
    total, valid = 0.0, 0
    for x, y, z in np.asarray(samples, float) * scale:
        norm = math.sqrt(x * x + y * y + z * z)
        if math.isfinite(norm):
            total += max(norm - 1.0, 0.0)
            valid += 1
    return total, valid


def enmo_by_minute(samples, scale, times_us):
    return {
        minute: enmo(samples[times_us // 60_000_000 == minute], scale)
        for minute in np.unique(times_us // 60_000_000)
    }


def side_by_side(values):
    """Eight running sums, each over every eighth value, added up at the end."""
    total = 0.0
    for lane in range(8):
        part = 0.0
        for value in values[lane::8]:
            part += value
        total += part
    return total


def mad(pieces, scale):
    """Sum of distances from the mean norm (g) of some pieces of 5 s."""
    total = 0.0
    for samples in pieces:
        norms = [math.sqrt(x * x + y * y + z * z) - 1.0 for x, y, z in samples * scale]
        mean = side_by_side(norms) / len(norms)
        total += side_by_side([abs(norm - mean) for norm in norms])
    return total


def pieces_of(samples, times_us, epoch_us):
    """Give {epoch: {piece: samples}} of valid samples, by the clock."""
    epochs = defaultdict(lambda: defaultdict(list))
    for sample, time_us in zip(samples, times_us, strict=True):
        if np.isfinite(sample).all():
            piece = time_us % epoch_us // 5_000_000
            epochs[time_us // epoch_us][piece].append(np.asarray(sample, float))
    return epochs


def peaks(samples, scale, clock_us):
    """Peaks of one segment as (first seen, where it stayed), points of the 25 Hz grid."""
    norm = np.sqrt(np.sum((np.asarray(samples, float) * scale) ** 2, axis=1)) - 1.0
    points_us = np.arange(math.ceil(clock_us[-1] / GRID_US)) * GRID_US
    if points_us.size < 3:
        return []
    y = np.concatenate([[0.0], signal.sosfilt(SOS, np.interp(points_us, clock_us, norm))])
    high = (y[1:-1] > PEAK_G) & (y[1:-1] > y[:-2]) & (y[1:-1] >= y[2:])
    kept = []
    for point in np.flatnonzero(high):
        if kept and point - kept[-1][1] < REFRACTORY:
            if y[point + 1] > y[kept[-1][1] + 1]:
                kept[-1] = (kept[-1][0], point)
        else:
            kept.append((point, point))
    return kept


def runs(found):
    """Lengths of the runs that peaks form."""
    lengths = []
    for before, peak in zip([None, *found], found, strict=False):
        if before and peak[0] - before[1] <= SLOWEST:
            lengths[-1] += 1
        else:
            lengths.append(1)
    return lengths


def steps(samples, scale, clock_us):
    """Steps of one segment: the peaks of all runs that are long enough."""
    return sum(length for length in runs(peaks(samples, scale, clock_us)) if length >= RUN)


def steps_with_gaps(samples, scale, clock_us):
    """Steps of a stream in which samples that are no number break it into segments."""
    bad = ~np.isfinite(np.asarray(samples, float)).all(axis=1)
    pieces = np.split(np.arange(len(samples)), np.flatnonzero(bad))
    total = 0
    for piece in pieces:
        good = piece[~bad[piece]]
        if good.size:
            total += steps(samples[good], scale, clock_us[good] - clock_us[good[0]])
    return total


def heart_rate_by_minute(bpm, times_us):
    """(how many, sum) of plausible heart rates of each minute."""
    minutes = defaultdict(lambda: (0, 0))
    for value, time_us in zip(bpm, times_us, strict=True):
        count, total = minutes[time_us // 60_000_000]
        if 20 <= value <= 250:
            count, total = count + 1, total + value
        minutes[time_us // 60_000_000] = (count, total)
    return dict(minutes)


def kept_intervals(rr_ms):
    """Which intervals between beats are kept, one segment: a list of True and False."""
    kept, reference, suspects = [], None, []
    for rr in rr_ms:
        if not 300 <= rr <= 2000:
            reference = reference if math.isfinite(rr) else None
            fits, suspects = False, []
        elif reference is None or abs(rr - reference) <= 0.2 * reference:
            fits = True
        else:
            agrees = suspects and abs(rr - suspects[-1]) <= 0.2 * suspects[-1]
            suspects = [*suspects, rr] if agrees else [rr]
            fits = len(suspects) == 3
        if fits:
            reference, suspects = rr, []
        kept.append(fits)
    return kept


def intervals(rr_ms):
    """How many are kept, and of them: sum, squares; how many neighbours, their differences'."""
    kept = kept_intervals(rr_ms)
    total, squares, diffs, diff_squares = 0.0, 0.0, 0, 0.0
    for n, rr in enumerate(rr_ms):
        if kept[n]:
            total += rr
            squares += rr * rr
            if n and kept[n - 1]:
                diffs += 1
                diff_squares += (rr - rr_ms[n - 1]) ** 2
    return sum(kept), total, squares, diffs, diff_squares


def baseline(percent, seconds, n):
    """Mean of the 120 s before a reading, and None for fewer than ten of them."""
    before = [p for p, s in zip(percent[:n], seconds[:n], strict=True) if s >= seconds[n] - 120]
    return sum(before) / len(before) if len(before) >= 10 else None


def desaturations(percent, seconds, depth):
    """Seconds in which a desaturation of a depth has lasted long enough; one segment."""
    found, mean, began, counted = [], None, 0, False
    for n, second in enumerate(seconds):
        if n and second - seconds[n - 1] > 10:
            mean = None
        if mean is None:
            mean, began, counted = baseline(percent, seconds, n), second, False
            ended = mean is None or percent[n] > mean - depth
        elif counted:
            ended = percent[n] >= mean - 1 or second - began >= 120
        else:
            ended = percent[n] > mean - depth
            counted = not ended and second - began >= 10
            found += [second] * counted
        if ended:
            mean = None
    return found


def not_worn(samples_g, per_minute):
    """Which minutes of a signal lie in a quiet window of 60 min, in steps of 15 min."""
    minutes = len(samples_g) // per_minute
    marked = [False] * minutes
    for begin in range(0, minutes, 15):
        window = samples_g[begin * per_minute : (begin + 60) * per_minute]
        whole = len(window) >= 45 * per_minute and begin + 60 <= -(-minutes // 15) * 15
        quiet = (window.std(axis=0) < 0.013) & (np.ptp(window, axis=0) < 0.05)
        if whole and quiet.sum() >= 2:
            last = min(begin + 60, minutes)
            marked[begin:last] = [True] * (last - begin)
    return marked


def zeros_not_worn(counts):
    """Which minutes lie in 90 of zeros, two others forgiven between 30 zeros on each side."""
    quiet = [count == 0 for count in counts]
    for n in range(len(counts)):
        for size in (1, 2):
            before, after = counts[max(0, n - 30) : n], counts[n + size : n + size + 30]
            if before == [0] * 30 and after == [0] * 30 and all(counts[n : n + size]):
                quiet[n : n + size] = [True] * size
    return [
        any(
            all(quiet[begin : begin + 90])
            for begin in range(max(0, n - 89), min(n + 1, len(counts) - 89))
        )
        for n in range(len(counts))
    ]
