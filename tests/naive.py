"""Slow, obvious twins of the kernels: the answer we would accept by eye."""

import math
from collections import defaultdict

import numpy as np
from scipy import signal

from analytics.kernels import gait, strides
from analytics.kernels.steps import GRID_US, REFRACTORY

SOS = signal.butter(2, [0.5, 3.0], "bandpass", fs=25, output="sos")


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


def norms(samples, scale):
    return np.sqrt(np.sum((np.asarray(samples, float) * scale) ** 2, axis=1)) - 1.0


def band_passed(norms_g, clock_us):
    """Norms of one segment, on the 25 Hz grid."""
    points_us = np.arange(math.ceil(clock_us[-1] / GRID_US)) * GRID_US
    return (
        signal.sosfilt(SOS, np.interp(points_us, clock_us, norms_g)) if points_us.size else []
    )


def peaks(y):
    """Peaks as (the first of its kind, the highest that follows within reach of the last)."""
    y = [0.0, 0.0, *y]
    found = []
    for point in range(len(y) - 3):
        before, top, after = y[point + 1 : point + 4]
        if top <= 0 or top <= before or top < after:
            continue
        if found and point - found[-1][1] < REFRACTORY:
            if top > y[found[-1][1] + 2]:
                found[-1] = (found[-1][0], point)
        else:
            found.append((point, point))
    return [(first, top) for first, top in found if top + REFRACTORY + 1 < len(y) - 2]


def top_of_parabola(y, point):
    before, top, after = y[point - 1] if point else 0.0, y[point], y[point + 1]
    return point + 0.5 * (before - after) / (before - 2.0 * top + after)


def swings(y):
    """Runs of swings as (where its peak is, half of how far it rose), ripples left out."""
    runs, begin, mean_g = [], None, 0.0
    for first, top in peaks(y):
        trough_g = min([0.0, *y[:first]] if begin is None else y[begin:first])
        at, swing_g = top_of_parabola(y, top), 0.5 * (y[top] - trough_g)
        follows = bool(runs) and at - runs[-1][-1][0] <= gait.SLOWEST
        if swing_g < gait.LEAST_G or (follows and swing_g < gait.LEAST_SHARE * mean_g):
            continue
        if not follows:
            runs.append([])
            mean_g = 0.0
        mean_g += (swing_g - mean_g) * (0.25 if follows else 1.0)
        runs[-1].append((at, swing_g))
        begin = top
    return runs


def sway_g(swings):
    """Half a swing times the square of a stride's points: how far a body goes up and down."""
    _, (at1, _), (_, g2), (at3, g3) = swings
    return 0.5 * (g3 + g2) * (at3 - at1) * (at3 - at1)


def unlike(swings):
    """How unlike the last of four swings is to the one a stride before."""
    (at0, _), (at1, g1), (at2, g2), (at3, g3) = swings
    stride, before = at3 - at1, at2 - at0
    sway = sway_g(swings)
    if sway > strides.MOST_G or (stride < strides.USUAL[0] and sway < strides.USUAL_G[0]):
        return math.inf
    slow = min(max(stride / strides.BRISK - 1.0, 0.0), 0.5) * 2.0
    differ = abs(stride - before) / (strides.STRIDES_DIFFER * 0.5 * (stride + before))
    differ += abs(g3 - g1) / (strides.SWINGS_DIFFER * (g3 + g1))
    return differ + slow * abs(g3 - g2) / (strides.FEET_DIFFER * (g3 + g2))


def told_of_walking(swings):
    """What the last of four swings says for walking, and for walking as most people do."""
    differ, stride = unlike(swings), swings[3][0] - swings[1][0]
    told = max(strides.MOST_TOLD - strides.STEEP * differ, 1.0 - differ, strides.AGAINST)
    (fast, slow), (least_g, most_g) = strides.USUAL, strides.USUAL_G
    if not (fast <= stride <= slow and least_g <= sway_g(swings) <= most_g):
        return told, strides.AGAINST
    return told, max(strides.SURE_TOLD * (1.0 - differ / strides.ALIKE), strides.AGAINST)


def stretches(run):
    """Swings of a run in stretches: from one that speaks for walking until no evidence is left.

    Of each its number, whether it speaks for walking, and the evidence then of both tests.
    """
    found, evidence, sure = [], 0.0, 0.0
    for i in range(3, len(run)):
        told, surely = told_of_walking(run[i - 3 : i + 1])
        if evidence == 0:
            sure = 0.0
        if evidence == 0 and told > 0:
            found.append([])
        if evidence > 0 or told > 0:
            evidence = min(max(evidence + told, 0.0), gait.MOST)
            sure = max(sure + surely, 0.0)
            found[-1].append((i, told > 0, evidence, sure))
    return found


def becomes_a_walk(run, stretch, walked_at):
    """When there is enough evidence, if there is."""
    for i, speaks, evidence, sure in stretch:
        just_walked = run[i][0] - walked_at <= gait.JUST
        enough = evidence >= (gait.AGAIN if just_walked else gait.ENOUGH)
        if speaks and (enough or sure >= gait.SURE):
            return run[i][0]
    return None


def lands(run, i):
    """Whether a swing comes soon enough after the one before to be the last step of a walk."""
    return i < len(run) and run[i][0] - run[i - 1][0] <= run[i - 1][0] - run[i - 3][0]


def certain_steps(runs):
    """Steps of runs: those that regular swings vouch for, once there is enough evidence."""
    steps, walked_at, earlier, earlier_at = 0, -math.inf, 0, -math.inf
    for run in runs:
        last = -1  # of those that are steps, or may become some
        for stretch in stretches(run):
            begin, end = stretch[0][0], max(i for i, speaks, *_ in stretch if speaks)
            mine = end - max(begin - 4, last)
            begins_at = becomes_a_walk(run, stretch, walked_at)
            if begins_at is not None:
                last = end + lands(run, end + 1)
                steps += mine + last - end
                steps += earlier if begins_at - earlier_at <= gait.JUST else 0
                walked_at, earlier = run[end][0], 0
            elif max(evidence for _, _, evidence, _ in stretch) >= gait.PART:
                at = run[stretch[-1][0]][0]
                earlier = mine + (earlier if at - earlier_at <= gait.JUST else 0)
                earlier_at, last = at, end
    return steps


def steps(samples, scale, clock_us):
    """Steps of one segment."""
    y = band_passed(norms(samples, scale), clock_us)
    return certain_steps(swings(y))


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
