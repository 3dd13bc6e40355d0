"""The lower envelope of delays: what remains when a link's waiting is taken away.

A notification arrives after what it tells of, sometimes much later, never earlier. The line
that touches the points from below therefore rises and falls with the clock itself.
"""

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

LARGEST_DRIFT: Final = 250e-6  # of any crystal, against the gateway's
UNSTEADY_DRIFT: Final = 50e-6  # how far a crystal may be from what was measured of it

_BLOCK_US: Final = 10_000_000
_BLOCKS: Final = 30  # five minutes: crystals drift with temperature, not faster
_SHORTEST_SPAN_US: Final = 60_000_000  # below it jitter looks like drift

Point: TypeAlias = tuple[float, float]  # device time, delay; both in microseconds


@dataclass(frozen=True, slots=True)
class Drift:
    """How much a delay changes for each microsecond: `rate`, give or take `doubt`."""

    rate: float
    doubt: float

    def most(self, age_us: float) -> float:
        """Return how much greater it may be so much later, or earlier if negative."""
        return self.rate * age_us + self.doubt * abs(age_us)

    def least(self, age_us: float) -> float:
        return self.rate * age_us - self.doubt * abs(age_us)


class Envelope:
    """The fastest arrivals of the newest few minutes, and the drift that they show."""

    def __init__(self) -> None:
        self._blocks: deque[Point] = deque(maxlen=_BLOCKS)
        self._drift: Drift | None = None

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
        self._drift = None

    def drift(self) -> Drift:
        """Return what the points show of it: in the first minute, nothing."""
        if self._drift is None:
            self._drift = _below(list(self._blocks))
        return self._drift

    def latest_us(self, x_us: float) -> float:
        """Return the longest that the delay can be at a device time; there must be a point."""
        drift = self.drift()
        return min(delay_us + drift.most(x_us - at_us) for at_us, delay_us in self._blocks)


def _below(points: list[Point]) -> Drift:
    """Return the slope of the line under all points that is nearest to them in sum.

    That is the edge of the lower hull over the points' mean (Moon, Skelly and Towsley 1999,
    "Estimation and removal of clock skew from network delay measurements"): one stalled block
    does not pull it, as it would pull a least-squares line.
    """
    if not points or points[-1][0] - points[0][0] < _SHORTEST_SPAN_US:
        return Drift(0.0, LARGEST_DRIFT)
    middle = sum(x for x, _ in points) / len(points)
    hull = _lower_hull(points)
    left, right = next(
        (left, right) for left, right in pairwise(hull) if left[0] <= middle <= right[0]
    )
    rate = (right[1] - left[1]) / (right[0] - left[0])
    return Drift(min(max(rate, -LARGEST_DRIFT), LARGEST_DRIFT), UNSTEADY_DRIFT)


def _lower_hull(points: list[Point]) -> list[Point]:
    hull: list[Point] = []
    for point in points:
        while len(hull) > 1 and not _turns_left(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    return hull


def _turns_left(a: Point, b: Point, c: Point) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0])
