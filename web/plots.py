"""Geometry of charts: bars from zero, lines that break at gaps, the usual range behind."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 320
HEIGHT: Final = 150
_FEWEST_FOR_NORM: Final = 5
_TICKS: Final = 3
_LEAST_TOP: Final = 100
_NICE: Final = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid, and its number."""

    y: int
    says: str


@dataclass(frozen=True, slots=True)
class Band:
    """The usual range of a person: from the first to the third quartile."""

    low: float
    high: float
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One value from zero up; no value is drawn hatched, never as zero."""

    x: int
    width: int
    y: int
    height: int
    is_known: bool
    goal_y: int | None


@dataclass(frozen=True, slots=True)
class Chart:
    """What a template draws."""

    ticks: tuple[Tick, ...]
    band: Band | None
    bars: tuple[Bar, ...] = ()
    path: str = ""


def quartiles(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the first and the third quartile, None for too few values to call it usual."""
    if len(values) < _FEWEST_FOR_NORM:
        return None
    ordered = sorted(values)
    return _at(ordered, 0.25), _at(ordered, 0.75)


def bars(
    values: Sequence[float | None],
    goals: Sequence[float | None] = (),
    usual: Sequence[float] = (),
    slots: int | None = None,
) -> Chart:
    """Return bars on a scale that begins at zero and holds every goal.

    With `slots` there is room for so many: those behind the values are still to come.
    """
    norm = quartiles(usual)
    known = [each for each in (*values, *goals, *(norm or ())) if each is not None]
    top, step = _scale(0, max(known, default=0) or _LEAST_TOP)
    pitch = WIDTH / (slots or max(1, len(values)))
    marks = [*goals, *[None] * (len(values) - len(goals))]
    return Chart(
        ticks=_ticks(0, top, step),
        band=_band(norm, 0, top),
        bars=tuple(
            Bar(
                x=round(index * pitch + 0.12 * pitch),
                width=max(2, round(0.76 * pitch)),
                y=_y(value or 0, 0, top),
                height=HEIGHT - _y(value or 0, 0, top),
                is_known=value is not None,
                goal_y=None if goal is None else _y(goal, 0, top),
            )
            for index, (value, goal) in enumerate(zip(values, marks, strict=True))
        ),
    )


def line(
    values: Sequence[float | None], usual: Sequence[float] = (), slots: int | None = None
) -> Chart:
    """Return a line on a scale that fits it; it breaks where there is no value."""
    norm = quartiles(usual)
    known = [each for each in (*values, *(norm or ())) if each is not None]
    if not known:
        return Chart(ticks=(), band=None)
    top, step = _scale(min(known) - 5, max(known) + 5)
    low = math.floor((min(known) - 5) / step) * step
    return Chart(
        ticks=_ticks(low, top, step),
        band=_band(norm, low, top),
        path=_path(values, low, top, slots),
    )


def _path(values: Sequence[float | None], low: float, top: float, slots: int | None) -> str:
    pitch = WIDTH / (slots or max(1, len(values)))
    drawn: list[str] = []
    is_drawing = False
    for index, value in enumerate(values):
        if value is not None:
            x, y = round((index + 0.5) * pitch), _y(value, low, top)
            # A lone value would be invisible: a line of no length has round ends.
            drawn.append(f"L{x} {y}" if is_drawing else f"M{x} {y}h0")
        is_drawing = value is not None
    return "".join(drawn)


def _scale(low: float, high: float) -> tuple[float, float]:
    """Return the top of a scale and the distance between its ticks."""
    raw = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(raw))
    step = max(1, next(nice * power for nice in _NICE if nice * power >= raw))
    return math.ceil(high / step) * step, step


def _ticks(low: float, top: float, step: float) -> tuple[Tick, ...]:
    count = round((top - low) / step)
    at = [low + number * step for number in range(count + 1)]
    return tuple(Tick(_y(value, low, top), f"{value:,.0f}") for value in at)


def _band(norm: tuple[float, float] | None, low: float, top: float) -> Band | None:
    if norm is None:
        return None
    upper = _y(norm[1], low, top)
    return Band(*norm, upper, max(1, _y(norm[0], low, top) - upper))


def _y(value: float, low: float, top: float) -> int:
    return round(HEIGHT * (1 - (value - low) / (top - low)))


def _at(ordered: Sequence[float], share: float) -> float:
    """Return a quantile between the two values around it."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
