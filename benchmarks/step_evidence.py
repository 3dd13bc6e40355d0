"""Steps where somebody walks and where nobody does: tables, and a figure of settings.

python -m benchmarks.step_evidence

Recordings and subjects are halved. What was chosen was chosen on the first half: the least
evidence for which no exercise of it gives a step, also when played slower or faster and weaker
or stronger than it was; of the strict test the least that adds no step where nobody walks. The
second half tells what that is worth. Other settings are tried by the naive twin, to which the
kernel is equal.
"""

import itertools
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import numpy as np

from analytics.kernels import gait, strides
from benchmarks import curves, step_signals
from benchmarks.step_signals import Runs, Signal
from tests import motions, naive, recordings

_FIGURE = Path(__file__).parents[1] / "docs" / "pictures" / "steps.svg"
_LONE_S = (6, 8, 10, 12, 15, 20, 25)
_STILL_S = 10  # about a lone walk
_STRICTNESS = (0.6, 0.8, 1.0, 1.25, 1.6)
_ENOUGH = (8.0, 16.0, 20.0, 24.0, 28.0, 32.0, 40.0)
_SURE = (6.0, 8.0, 10.0, 12.0, 13.0, 14.0, 16.0, 20.0, math.inf)
_PACES, _FORCES = (0.8, 0.9, 1.0, 1.1, 1.25), (0.6, 1.0, 1.4)
_STRETCHES_S = ((6, 12), (8, 20), (15, 40))


def _per_hour(signals: list[Signal]) -> str:
    total = sum(signal.counted() for signal in signals)
    return f"{total / sum(signal.hours for signal in signals):7.1f}"


def _tell_walks() -> None:
    print(f"{'walk':36} half  closures  strikes  counted  per cent, of closures")
    off: list[tuple[float, float]] = []
    for name, walk in zip(recordings.WALKS, step_signals.walks(), strict=True):
        closures, counted = len(recordings.walk(name)[2]), walk.counted()
        off.append((100 * (counted / walk.truth - 1), 100 * (counted / closures - 1)))
        figures = (
            f"{closures:9} {walk.truth:8} {counted:8} {off[-1][0]:+9.1f} {off[-1][1]:+8.1f}"
        )
        print(f"{walk.name:36} {walk.half:4} {figures}")
    for half in (0, 1):
        mean, of_closures = np.abs(off[half::2]).mean(axis=0)
        print(f"{'mean, without sign':36} {half:4} {mean:36.1f} {of_closures:8.1f}")


def _tell_interrupted(seeds: int = 10) -> None:
    print(
        f"\nwalks in stretches, {step_signals.PAUSES_S} s of stillness between: share counted"
    )
    for lasts_s in _STRETCHES_S:
        told: list[str] = []
        for half in (0, 1):
            cut = [
                step_signals.interrupted(name, walk, lasts_s, seed)
                for name, walk in zip(recordings.WALKS, step_signals.walks(), strict=True)
                for seed in range(seeds)
                if walk.half == half
            ]
            told.append(f"half {half}: {_share(cut):.2f}")
        print(f"{lasts_s!s:>10} s   {'   '.join(told)}")


def _tell_lone() -> None:
    print("\nwalks by themselves: share counted, of half 0 and of half 1")
    for lasts_s in _LONE_S:
        bouts = list(step_signals.bouts(lasts_s, _STILL_S))
        shares = [_share([bout for bout in bouts if bout.half == half]) for half in (0, 1)]
        print(f"{lasts_s:10} s   {shares[0]:.2f}   {shares[1]:.2f}")


def _share(walked: list[Signal]) -> float:
    return sum(each.counted() for each in walked) / sum(each.truth for each in walked)


def _tell_others(title: str, signals: list[Signal]) -> None:
    print(f"\n{title:36}    hours   steps an hour: half 0, half 1")
    for name in [*dict.fromkeys(signal.name for signal in signals), ""]:
        mine = [signal for signal in signals if name in {signal.name, ""}]
        halves = [[signal for signal in mine if signal.half == half] for half in (0, 1)]
        hours = sum(signal.hours for signal in mine)
        print(f"{name or 'all':36} {hours:8.2f} {' '.join(_per_hour(half) for half in halves)}")


def _tell_long() -> None:
    print(f"\n{'recording of a wrist or hip':36}  minutes  longest segment: steps  others")
    for name, rate_hz in (
        ("readgt3x_100hz_36min.gt3x", 100),
        ("ggir_30hz_29min.gt3x", 30),
        ("bh_wrist_100hz_3min.gt3x", 100),
    ):
        parts = sorted(step_signals.long(name, rate_hz), key=lambda part: part.hours)
        minutes = 60 * sum(part.hours for part in parts)
        *others, longest = [part.counted() for part in parts]
        print(f"{name:36} {minutes:8.1f} {longest:23} {sum(others):7}")


def _tell_slow(seconds: int = 180, seeds: int = 20) -> None:
    forces = (0.03, 0.05, 0.08, 0.12)
    print(f"\n{'steps/min':10} counted, of all, by amplitude: {forces} g")
    for cadence_spm in (40, 45, 50, 55, 60, 70, 80, 100, 120):
        told = []
        for force_g in forces:
            walks = [
                motions.slow_walk(seed, seconds, cadence_spm, force_g) for seed in range(seeds)
            ]
            counted = [Signal("", 0, naive.norms(xyz_g, 1.0)).counted() for xyz_g in walks]
            told.append(f"{np.mean(counted) / (cadence_spm * seconds / 60):7.2f}")
        print(f"{cadence_spm:10} {' '.join(told)}")


@contextmanager
def _settings(strict: float = 1.0, enough: float = gait.ENOUGH) -> Iterator[None]:
    share = enough / gait.ENOUGH
    evidence = mock.patch.multiple(
        gait,
        ENOUGH=enough,
        **{name: share * getattr(gait, name) for name in ("SURE", "AGAIN", "PART", "MOST")},
    )
    alike = mock.patch.multiple(
        strides,
        STRIDES_DIFFER=strides.STRIDES_DIFFER / strict,
        SWINGS_DIFFER=strides.SWINGS_DIFFER / strict,
    )
    with evidence, alike:
        yield


def _played(signals: list[Signal]) -> list[tuple[int, tuple[float, float], Runs]]:
    """Return swings of signals at other paces and forces: of which half, how, and which."""
    return [
        (signal.half, how, signal.runs(*how))
        for signal in signals
        for how in itertools.product(_PACES, _FORCES)
    ]


def _hours(signals: list[Signal]) -> list[float]:
    return [sum(signal.hours for signal in signals if signal.half == half) for half in (0, 1)]


def _mean_and_most(
    played: list[tuple[int, tuple[float, float], Runs]], hours: list[float]
) -> Iterator[str]:
    found: dict[tuple[int, tuple[float, float]], float] = {}
    for half, how, swings in played:
        steps_per_hour = naive.certain_steps(swings) * how[0] / hours[half]
        found[half, how] = found.get((half, how), 0.0) + steps_per_hour
    for half in (0, 1):
        rates = [rate for (whose, _), rate in found.items() if whose == half]
        yield f"{np.mean(rates):12.1f} {max(rates):6.0f}"


def _tell_choice(exercises: list[Signal]) -> None:
    """Tell steps an hour of exercises played at other paces and forces."""
    played, hours = _played(exercises), _hours(exercises)
    print("\nexercises at 0.8 to 1.25 their pace, 0.6 to 1.4 their force: steps an hour")
    print("enough   half 0: mean, most   half 1: mean, most")
    for enough in _ENOUGH:
        with _settings(enough=enough):
            print(f"{enough:6.0f}   {'  '.join(_mean_and_most(played, hours))}")


def _tell_strict_choice(exercises: list[Signal], made_up: list[Signal]) -> None:
    """Tell what the strict test gives with less evidence, of walks and of what is none."""
    played, hours = _played(exercises), _hours(exercises)
    idle = [(signal.half, signal.runs()) for signal in made_up]
    lone = [(bout.half, bout.truth, bout.runs()) for bout in step_signals.bouts(10, _STILL_S)]
    print("\nstrict test: exercises as above, what is made up, and 10 s of a walk counted")
    for sure in _SURE:
        with mock.patch.object(gait, "SURE", sure):
            told = list(_mean_and_most(played, hours))
            for half in (0, 1):
                wrong = sum(naive.certain_steps(runs) for whose, runs in idle if whose == half)
                mine = [each[1:] for each in lone if each[0] == half]
                counted = sum(naive.certain_steps(runs) for _, runs in mine)
                told[half] += f" {wrong / _hours(made_up)[half]:7.1f}"
                told[half] += f" {counted / sum(truth for truth, _ in mine):6.2f}"
            print(f"{sure:6.0f}   {'  '.join(told)}")


def _sweep(bouts: list[Signal], others: list[Signal], half: int) -> curves.Curves:
    """Return precision and recall of one half for each setting."""
    walked = [(bout.runs(), bout.truth) for bout in bouts if bout.half == half]
    idle = [signal.runs() for signal in others if signal.half == half]
    truth = sum(strikes for _, strikes in walked)
    lines: curves.Curves = {}
    for strict in _STRICTNESS:
        for enough in _ENOUGH:
            with _settings(strict, enough):
                found = [(naive.certain_steps(runs), strikes) for runs, strikes in walked]
                wrong = sum(naive.certain_steps(runs) for runs in idle)
            right = sum(min(pair) for pair in found)
            counted = wrong + sum(steps for steps, _ in found)
            point = (right / truth, right / max(counted, 1), f"{enough:.0f}")
            lines.setdefault(f"{strict:g}", []).append(point)
    return lines


def main() -> None:
    """Print all, and draw."""
    exercises, made_up = list(step_signals.exercises()), list(step_signals.made_up())
    bouts = list(step_signals.bouts())
    _tell_walks()
    _tell_interrupted()
    _tell_lone()
    _tell_others("exercises of the arm", exercises)
    _tell_others("made up", made_up)
    _tell_long()
    _tell_slow()
    _tell_choice(exercises)
    _tell_strict_choice(exercises, made_up)
    panels = [_sweep(bouts, exercises + made_up, half) for half in (0, 1)]
    for half, panel in enumerate(panels):
        print(f"\nhalf {half}: recall and precision by evidence asked, a line a strictness")
        for strict, line in panel.items():
            told = "  ".join(
                f"{label}: {recall:.2f} {right:.3f}" for recall, right, label in line
            )
            print(f"{strict:>5}  {told}")
    _FIGURE.write_text(curves.drawn(panels))


if __name__ == "__main__":
    main()
