"""A small line of heart rate that breaks where nothing was heard; `line.js` draws it on."""

from collections.abc import Sequence
from typing import Final

WIDTH: Final = 59  # sixty bins
HEIGHT: Final = 28
_EDGE: Final = 2
_LEAST_SPAN_BPM: Final = 24  # a resting heart should look calm


def path(bins: Sequence[int | None]) -> str:
    """Return the `d` of an SVG path through the bins, one unit apart; empty without a value."""
    heard = [bpm for bpm in bins if bpm is not None]
    if not heard:
        return ""
    low, high = scale(min(heard), max(heard))
    steps: list[str] = []
    is_drawing = False
    for x, bpm in enumerate(bins):
        if bpm is not None:
            y = round(HEIGHT - _EDGE - (bpm - low) / (high - low) * (HEIGHT - 2 * _EDGE))
            # A lone value would be invisible: a line of no length has round ends.
            steps.append(f"L{x} {y}" if is_drawing else f"M{x} {y}h0")
        is_drawing = bpm is not None
    return "".join(steps)


def scale(lowest_bpm: int, highest_bpm: int) -> tuple[float, float]:
    """Return the bottom and the top of the drawing."""
    lacking = max(0, _LEAST_SPAN_BPM - (highest_bpm - lowest_bpm))
    return lowest_bpm - lacking / 2, highest_bpm + lacking / 2
