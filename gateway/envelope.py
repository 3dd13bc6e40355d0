"""The lower envelope of delays: what remains when a link's waiting is taken away.

A notification arrives after what it tells of, sometimes much later, never earlier. The line
that touches the points from below is therefore the clock itself plus the shortest delay.
"""

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

_BLOCK_US: Final = 10_000_000
_BLOCKS: Final = 30  # five minutes: crystals drift with temperature, not faster
_SHORTEST_SPAN_US: Final = 60_000_000  # below it jitter looks like drift
_LARGEST_DRIFT: Final = 250e-6

Point: TypeAlias = tuple[float, float]  # device time, delay; both in microseconds


@dataclass(frozen=True, slots=True)
class Line:
    """delay_us(x) = delay_us + drift x (x - x_us)."""

    x_us: float
    delay_us: float
    drift: float

    def at(self, x_us: float) -> float:
        return self.delay_us + self.drift * (x_us - self.x_us)


class Envelope:
    """The line below the newest few minutes of points."""

    def __init__(self) -> None:
        self._blocks: deque[Point] = deque(maxlen=_BLOCKS)
        self._line: Line | None = None

    def add(self, x_us: float, delay_us: float) -> None:
        """Add a point; they come in the order of device time, more or less."""
        point = x_us, delay_us
        newest = self._blocks[-1] if self._blocks else None
        if newest is None or x_us // _BLOCK_US > newest[0] // _BLOCK_US:
            self._blocks.append(point)
        elif delay_us < newest[1]:
            self._blocks[-1] = point
        else:
            return
        self._line = None

    def line(self) -> Line:
        """Return the line; raise IndexError before the first point."""
        if self._line is None:
            self._line = _below(list(self._blocks))
        return self._line


def _below(points: list[Point]) -> Line:
    """Return the line under all points that is nearest to them in sum.

    That is the edge of the lower hull over the points' mean (Moon, Skelly and Towsley 1999,
    "Estimation and removal of clock skew from network delay measurements"): one stalled block
    does not pull it, as it would pull a least-squares line.
    """
    if points[-1][0] - points[0][0] < _SHORTEST_SPAN_US:
        return Line(points[-1][0], min(delay for _, delay in points), 0.0)
    middle = sum(x for x, _ in points) / len(points)
    hull = _lower_hull(points)
    left, right = next(
        (left, right) for left, right in pairwise(hull) if left[0] <= middle <= right[0]
    )
    drift = (right[1] - left[1]) / (right[0] - left[0])
    drift = min(max(drift, -_LARGEST_DRIFT), _LARGEST_DRIFT)
    return Line(left[0], min(y - drift * (x - left[0]) for x, y in points), drift)


def _lower_hull(points: list[Point]) -> list[Point]:
    hull: list[Point] = []
    for point in points:
        while len(hull) > 1 and not _turns_left(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    return hull


def _turns_left(a: Point, b: Point, c: Point) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0])
