"""A scored recording as a table with bars, in no more lines than somebody reads."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from kindstep.bars import bar

_MOST_ROWS: Final = 100
_WIDTHS_S: Final = (60, 300, 900, 3_600, 21_600, 86_400, 604_800, 1 << 62)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DATED_S: Final = 1e8  # what is later is since 1970
_LONGEST_BAR: Final = 40
_SHORTEST_BAR: Final = 6


@dataclass(slots=True)
class Row:
    """Epochs that stand in one line."""

    start_s: float
    valid: int = 0
    enmo_mg_sum: float = 0.0  # over valid samples
    counts: int | None = None  # of all axes
    steps: int | None = None
    bpm_sum: float = 0.0
    heard: int = 0  # epochs with a heart rate
    states: Counter[str] = field(default_factory=Counter[str])

    @classmethod
    def of(cls, epoch: dict[str, Any]) -> "Row":
        """Return an epoch as a row."""
        valid, bpm = epoch["n_valid"], epoch.get("bpm")
        axes = [epoch[f"counts_{axis}"] for axis in "xyz"]
        return cls(
            start_s=epoch["start_s"],
            valid=valid,
            enmo_mg_sum=valid * (epoch["enmo_mg"] or 0.0),
            counts=None if None in axes else sum(axes),
            steps=epoch["steps"],
            bpm_sum=bpm or 0.0,
            heard=bpm is not None,
            states=Counter({epoch["state"]: 1}),
        )

    def add(self, other: "Row") -> None:
        """Take what stands in another row."""
        self.valid += other.valid
        self.enmo_mg_sum += other.enmo_mg_sum
        self.counts = _sum(self.counts, other.counts)
        self.steps = _sum(self.steps, other.steps)
        self.bpm_sum += other.bpm_sum
        self.heard += other.heard
        self.states += other.states

    @property
    def enmo_mg(self) -> float | None:
        """Return the mean of all valid samples."""
        return self.enmo_mg_sum / self.valid if self.valid else None

    @property
    def bpm(self) -> float | None:
        """Return the mean of all epochs with a heart rate."""
        return self.bpm_sum / self.heard if self.heard else None


def _sum(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other


class Rows:
    """The rows of a recording; they grow wider as it grows longer."""

    def __init__(self) -> None:
        self._rows: dict[float, Row] = {}
        self._width_s = 0  # 0: an epoch

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def add(self, epoch: dict[str, Any]) -> None:
        """Take the next epoch."""
        self._put(Row.of(epoch))
        while len(self._rows) > _MOST_ROWS:
            self._widen()

    def _put(self, row: Row) -> None:
        if self._width_s:
            row.start_s = row.start_s // self._width_s * self._width_s
        there = self._rows.get(row.start_s)
        if there is None:
            self._rows[row.start_s] = row
        else:
            there.add(row)

    def _widen(self) -> None:
        self._width_s = next(width_s for width_s in _WIDTHS_S if width_s > self._width_s)
        rows, self._rows = self._rows, {}
        for row in rows.values():
            self._put(row)


_OF_A_NIGHT: Final = {
    "asleep_minutes": "{} min asleep",
    "resting_bpm": "{} bpm at rest",
    "rmssd_ms": "RMSSD {:.1f} ms",
    "mean_spo2_percent": "SpO2 {:.1f} %",
    "odi_3": "ODI3 {:g}",
}
_HEADS: Final = ("start", "samples", "ENMO mg", "counts", "steps", "bpm", "state")


def lines(rows: Rows, total: dict[str, Any], width: int, *, plain: bool) -> Iterator[str]:
    """Yield the lines of a table, with bars of ENMO where a line has room, and of a summary."""
    table = [_HEADS, *map(_cells, rows)]
    used = [n for n in range(len(_HEADS)) if n == 0 or any(row[n] != "-" for row in table[1:])]
    widths = {n: max(len(row[n]) for row in table) for n in used}
    room = min(_LONGEST_BAR, width - sum(widths.values()) - 2 * len(used))
    longest = max((row.enmo_mg or 0.0 for row in rows), default=0.0)
    drawn = [None, *(row.enmo_mg for row in rows)]
    for cells, enmo_mg in zip(table, drawn, strict=True):
        line = "  ".join(cells[n].rjust(widths[n]) for n in used)
        if room >= _SHORTEST_BAR:
            line += "  " + bar(enmo_mg, longest, room, plain=plain)
        yield line.rstrip()
    yield ""
    yield from _summary(total)


def _cells(row: Row) -> tuple[str, ...]:
    (state, _), *_ = row.states.most_common(1)
    return (
        _moment(row.start_s),
        str(row.valid or "-"),
        "-" if row.enmo_mg is None else f"{row.enmo_mg:.1f}",
        "-" if row.counts is None else str(row.counts),
        "-" if row.steps is None else str(row.steps),
        "-" if row.bpm is None else f"{row.bpm:.0f}",
        state.replace("_", " "),
    )


def _moment(start_s: float) -> str:
    if abs(start_s) < _DATED_S:
        return str(timedelta(seconds=start_s)).partition(".")[0]
    return f"{_EPOCH + timedelta(seconds=start_s):%Y-%m-%d %H:%M:%S}"


def _summary(total: dict[str, Any]) -> Iterator[str]:
    yield from _of_all(total)
    for name, rule in (("not_worn_minutes", "van Hees"), ("choi_not_worn_minutes", "Choi")):
        if total.get(name):
            yield f"{_many(total[name], 'minute')} not worn, by {rule}"
    yield from (_night(night) for night in total["nights"])
    yield from (_day(day) for day in total["days"])
    if total["score"] is not None:
        yield _headline(total["score"])
    yield from _lacking(total["missing"])


def _of_all(total: dict[str, Any]) -> Iterator[str]:
    """Yield what the epochs came to together."""
    if total["samples"]:
        rate = f" at {total['rate_hz']:g} Hz" if total["rate_hz"] else ""
        yield (
            f"{total['samples']} samples{rate} in {_many(total['segments'], 'segment')}, "
            f"{total['refused']} refused, {total['saturated']} saturated"
        )
    if total["steps"] is not None:
        yield f"{total['steps']} steps, ENMO {total['enmo_mg']:.1f} mg"
    if total["beats_kept"] is not None:
        rmssd, sdnn = (
            "-" if total[name] is None else f"{total[name]:.1f} ms"
            for name in ("rmssd_ms", "sdnn_ms")
        )
        beats = f"{total['beats_kept']} beats kept, {total['beats_dropped']} dropped"
        yield f"{beats}: RMSSD {rmssd}, SDNN {sdnn}"
    if total["odi_3"] is not None:
        yield f"ODI3 {total['odi_3']:g}, ODI4 {total['odi_4']:g} an hour"
    if total["trimp"] is not None:
        yield f"TRIMP {total['trimp']:.1f}"


def _day(day: dict[str, Any]) -> str:
    known = [f"{day['wear_minutes'] / 60:.1f} h worn{'' if day['valid'] else ', too little'}"]
    known += [] if day["steps"] is None else [f"{day['steps']} steps"]
    known.append(f"{day['moderate_minutes']} min moderate, {day['vigorous_minutes']} vigorous")
    known += [] if day["trimp"] is None else [f"TRIMP {day['trimp']:.1f}"]
    return f"{day['day']}: {', '.join(known)}, {day['points']:g} points"


def _headline(score: dict[str, Any]) -> str:
    lacks = ", ".join(score["missing"])
    if score["score"] is None:
        return f"No activity score: {_many(score['valid_days'], 'valid day')} of 4"
    mark = " (provisional)" if score["provisional"] else ""
    told = f"Activity score {score['score']}{mark}, by {score['tier'].replace('_', ' ')}"
    return f"{told}; not known: {lacks}" if lacks else told


def _lacking(missing: dict[str, list[str]]) -> Iterator[str]:
    """Yield what is not told, grouped by what it would need."""
    by_need: dict[str, list[str]] = {}
    for name, needs in missing.items():
        by_need.setdefault(", ".join(needs), []).append(name)
    for needs, names in by_need.items():
        yield f"Without {needs}: no {', '.join(names)}"


def _night(night: dict[str, Any]) -> str:
    known: list[str] = []
    if night["sleep_start_s"] is not None:
        begin, end = (_clock(night[name]) for name in ("sleep_start_s", "sleep_end_s"))
        known.append(f"sleep window {begin} to {end}")
    for name, unit in _OF_A_NIGHT.items():
        if night[name] is not None:
            known.append(unit.format(night[name]))
    return f"Night to {night['day']}: {', '.join(known)}"


def _clock(at_s: float) -> str:
    return f"{_EPOCH + timedelta(seconds=at_s):%H:%M}"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
