"""Drawings as SVG; every colour comes from the page, so that it reads in light and dark."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Final

_WIDTH: Final = 720
_HEIGHT: Final = 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 12, 40
_LINE: Final = 26  # of a list of dots or bars
_LABEL: Final = 272
_NICE: Final = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Scale:
    """From numbers to places on the page."""

    low: float
    high: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        """Return the place of a number."""
        span = self.high - self.low or 1.0
        return self.begin + (value - self.low) / span * (self.end - self.begin)

    def ticks(self, count: int = 5, least: float = 0.0) -> list[float]:
        """Return round numbers within it, no closer to one another than the least."""
        rough = max((self.high - self.low or 1.0) / count, least)
        power = 10 ** math.floor(math.log10(rough))
        wide = (each * power for each in _NICE if each * power >= rough * 0.999)
        step = next(each for each in wide if each % (least or each) == 0)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [round(n * step, 10) for n in range(first, last + 1)]


def band(
    points: Sequence[tuple[float, float, float, float]],
    across: str,
    up: str,
    *,
    steps: bool = False,
    from_zero: bool = True,
) -> str:
    """Draw a line within its limits.

    Parameters
    ----------
    points : sequence of (x, value, low, high)
    across, up : str
        What the axes say.
    steps : bool
        Whether the value holds until the next point, as of a share that is still there.
    from_zero : bool
        Whether the upright axis begins at nothing.
    """
    xs = [each[0] for each in points]
    lows, highs = [each[2] for each in points], [each[3] for each in points]
    x = Scale(min(xs), max(xs), _LEFT, _WIDTH - _RIGHT)
    bottom = min(0.0, *lows) if from_zero else min(lows)
    y = Scale(bottom, max(highs) or 1.0, _HEIGHT - _BOTTOM, _TOP)
    told = list(_stepped(points)) if steps else list(points)
    outline = [(p[0], p[3]) for p in told] + [(p[0], p[2]) for p in reversed(told)]
    edge = " ".join(f"{x.at(a):.1f},{y.at(b):.1f}" for a, b in outline)
    line = " ".join(f"{x.at(p[0]):.1f},{y.at(p[1]):.1f}" for p in told)
    inside = (
        f'<polygon class="limits" points="{edge}"/><polyline class="line" points="{line}"/>'
    )
    return _frame(_axes(x, y, across, up) + inside, _HEIGHT)


def _stepped(
    points: Sequence[tuple[float, float, float, float]],
) -> Iterator[tuple[float, float, float, float]]:
    for before, after in pairwise(points):
        yield before
        yield (after[0], *before[1:])
    yield points[-1]


def dots(lines: Sequence[tuple[str, float, float, float]], across: str) -> str:
    """Draw estimates with their limits below one another, against nothing.

    Parameters
    ----------
    lines : sequence of (label, value, low, high)
    across : str
        What the axis says.
    """
    height = _LINE * len(lines) + _TOP + _BOTTOM
    low = min(0.0, *(each[2] for each in lines))
    high = max(0.0, *(each[3] for each in lines))
    x = Scale(low, high, _LABEL, _WIDTH - _RIGHT)
    parts = [_grid(x, height, across), _upright(x.at(0.0), height, "zero")]
    for place, (label, value, below, above) in enumerate(lines):
        y = _TOP + _LINE * (place + 0.5)
        parts.append(_label(label, y))
        parts.append(
            f'<line class="reach" x1="{x.at(below):.1f}" x2="{x.at(above):.1f}" '
            f'y1="{y}" y2="{y}"/><circle class="dot" cx="{x.at(value):.1f}" cy="{y}" r="4.5"/>'
        )
    return _frame("".join(parts), height)


def bars(lines: Sequence[tuple[str, float]], across: str) -> str:
    """Draw amounts below one another, each with its number."""
    height = _LINE * len(lines) + _TOP + _BOTTOM
    x = Scale(0.0, max(value for _, value in lines) or 1.0, _LABEL, _WIDTH - _RIGHT - 44)
    parts = [_grid(x, height, across)]
    for place, (label, value) in enumerate(lines):
        y = _TOP + _LINE * place + 4
        parts.append(_label(label, y + _LINE / 2 - 4))
        parts.append(
            f'<rect class="bar" x="{_LABEL}" y="{y}" width="{x.at(value) - _LABEL:.1f}" '
            f'height="{_LINE - 8}"/><text x="{x.at(value) + 6:.1f}" '
            f'y="{y + _LINE / 2}">{value:,.0f}</text>'
        )
    return _frame("".join(parts), height)


def shares(
    columns: Sequence[tuple[float, Sequence[float]]],
    names: Sequence[str],
    across: str,
    up: str,
) -> str:
    """Draw what a whole is made of, column by column; the first name lies at the bottom."""
    x = Scale(0, len(columns), _LEFT, _WIDTH - _RIGHT)
    y = Scale(0.0, 100.0, _HEIGHT - _BOTTOM, _TOP)
    parts = [_upright_axis(y, up)]
    for place, (label, values) in enumerate(columns):
        left, width, below = x.at(place), x.at(place + 1) - x.at(place), 0.0
        for number, share in enumerate(values):
            top, height = (
                y.at(100 * (below + share)),
                y.at(100 * below) - y.at(100 * (below + share)),
            )
            parts.append(
                f'<rect class="part part-{number}" x="{left + 1:.1f}" y="{top:.1f}" '
                f'width="{max(width - 2, 1):.1f}" height="{max(height, 0):.1f}"/>'
            )
            below += share
        if len(columns) <= 26 or place % 5 == 0:
            middle = left + width / 2
            parts.append(
                f'<text class="mid" x="{middle:.1f}" y="{_HEIGHT - 24}">{label:g}</text>'
            )
    parts.append(
        f'<text class="mid" x="{_WIDTH / 2}" y="{_HEIGHT - 6}">{escape(across)}</text>'
    )
    return _frame("".join(parts), _HEIGHT) + _legend(names)


@dataclass(frozen=True, slots=True)
class Cell:
    """One square of a heat map."""

    kind: int  # place of its name
    share: float = 1.0  # how strong the first kind is; the others are shapes


def heat(rows: Sequence[Sequence[Cell]], names: Sequence[str], across: str, up: str) -> str:
    """Draw a row for each person and a cell for each day; each kind has a shape of its own."""
    width = max(map(len, rows))
    side = min(18.0, (_WIDTH - _LEFT - _RIGHT) / width)
    tall = max(2.0, min(side, 480 / len(rows)))
    height = round(tall * len(rows) + _TOP + _BOTTOM)
    parts = [
        _square(cell, _LEFT + side * day, _TOP + tall * place, side, tall)
        for place, row in enumerate(rows)
        for day, cell in enumerate(row)
    ]
    x = Scale(0.5, width + 0.5, _LEFT, _LEFT + side * width)
    parts.append(
        f'<rect class="around" x="{_LEFT}" y="{_TOP}" width="{side * width:.1f}" '
        f'height="{tall * len(rows):.1f}"/>'
    )
    parts.extend(
        f'<text class="mid" x="{x.at(each):.1f}" y="{height - 24}">{each:g}</text>'
        for each in x.ticks(10, least=1.0)
        if each >= 1
    )
    parts.append(f'<text x="{_LEFT}" y="{height - 6}">{escape(across)}</text>')
    parts.append(_turned(up, height))
    marks = "".join(
        f'<span><svg class="mark" viewBox="0 0 12 12">{_square(Cell(n), 0, 0, 12, 12)}</svg>'
        f"{escape(name)}</span>"
        for n, name in enumerate(names)
    )
    return f'<p class="legend">{marks}</p>' + _frame("".join(parts), height)


def _square(cell: Cell, left: float, top: float, side: float, tall: float) -> str:
    """Draw a cell: filled, hollow, crossed, or struck through."""
    x, y, right, low = left + 0.5, top + 0.5, left + side - 0.5, top + tall - 0.5
    place = f'x="{x:.1f}" y="{y:.2f}" width="{right - x:.2f}" height="{low - y:.2f}"'
    rising = f"M{x:.1f} {low:.1f}L{right:.1f} {y:.1f}"
    falling = f"M{x:.1f} {y:.1f}L{right:.1f} {low:.1f}"
    return (
        f'<rect class="cell" {place} fill-opacity="{cell.share:.2f}"/>',
        f'<rect class="hollow" {place}/>',
        f'<path class="crossed" d="{rising}{falling}"/>',
        f'<path class="struck" d="{rising}"/>',
    )[cell.kind]


def _axes(x: Scale, y: Scale, across: str, up: str) -> str:
    below = "".join(
        f'<text class="mid" x="{x.at(each):.1f}" y="{_HEIGHT - 24}">{each:g}</text>'
        for each in x.ticks(8, least=1.0)
    )
    said = f'<text class="mid" x="{_WIDTH / 2}" y="{_HEIGHT - 6}">{escape(across)}</text>'
    return _upright_axis(y, up) + below + said


def _upright_axis(y: Scale, up: str) -> str:
    lines = "".join(
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y.at(each):.1f}" '
        f'y2="{y.at(each):.1f}"/><text class="end" x="{_LEFT - 6}" '
        f'y="{y.at(each) + 4:.1f}">{each:,g}</text>'
        for each in y.ticks()
    )
    return lines + _turned(up, _HEIGHT)


def _grid(x: Scale, height: int, across: str) -> str:
    lines = "".join(
        _upright(x.at(each), height, "grid")
        + f'<text class="mid" x="{x.at(each):.1f}" y="{height - 24}">{each:,g}</text>'
        for each in x.ticks()
    )
    middle = (_LABEL + _WIDTH) / 2
    return lines + f'<text class="mid" x="{middle}" y="{height - 6}">{escape(across)}</text>'


def _upright(x: float, height: int, kind: str) -> str:
    return (
        f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{height - _BOTTOM}"/>'
    )


def _label(text: str, y: float) -> str:
    return f'<text class="end" x="{_LABEL - 8}" y="{y + 4}">{escape(text)}</text>'


def _turned(text: str, height: float) -> str:
    middle = (_TOP + height - _BOTTOM) / 2
    turned = f'transform="rotate(-90)" x="{-middle:.1f}" y="12"'
    return f'<text class="mid" {turned}>{escape(text)}</text>'


def _legend(names: Sequence[str]) -> str:
    marks = "".join(
        f'<span><i class="mark part-{number}"></i>{escape(name)}</span>'
        for number, name in enumerate(names)
    )
    return f'<p class="legend">{marks}</p>'


def _frame(inside: str, height: int) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {height}" aria-hidden="true">{inside}</svg>'
