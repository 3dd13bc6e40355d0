"""Bars in a terminal: of numbers, and of how far a long run is."""

from collections.abc import Callable
from typing import Any, Final

#: From nothing to a whole cell, in eighths.
_BLOCKS: Final = " ▏▎▍▌▋▊▉█"
_PLAIN: Final = "#"


def bar(value: float | None, most: float, width: int, *, plain: bool) -> str:
    """Return a bar as long as the value's share of the most; none for what is not known.

    Parameters
    ----------
    value, most : float
        In the same unit. What is larger than nothing can be seen.
    width : int
        Cells of the longest bar.
    plain : bool
        With letters that every terminal has.
    """
    if value is None or value <= 0 or most <= 0:
        return ""
    share = min(1.0, value / most) * width
    if plain:
        return _PLAIN * max(1, round(share))
    eighths = max(1, round(8 * share))
    return _BLOCKS[8] * (eighths // 8) + _BLOCKS[eighths % 8].strip()


def following(bar: Any) -> Callable[[int, int], None]:  # noqa: ANN401 - click names no type of it
    """Return what moves a bar of click's to so many done of so many."""

    def progress(done: int, of: int) -> None:
        bar.length = of
        bar.update(done - bar.pos)

    return progress
