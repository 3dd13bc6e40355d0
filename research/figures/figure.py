"""A figure: a drawing, what it says, and the numbers it was drawn from."""

import base64
import csv
import io
import math
from dataclasses import dataclass
from typing import Final, TypeAlias

from coaching.effect import Interval

Cell: TypeAlias = str | int | float | None

#: Of fewer people neither a mean nor a count is told: it would come near to telling of one.
FEWEST: Final = 11


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the report."""

    title: str
    says: str
    drawing: str  # SVG; empty: there is nothing to draw
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def name(self) -> str:
        """Return a name for a file."""
        return "-".join("".join(c if c.isalnum() else " " for c in self.title).lower().split())

    @property
    def csv(self) -> str:
        """Return the numbers as a file that is part of the page."""
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerows([self.columns, *self.rows])
        return "data:text/csv;base64," + base64.b64encode(text.getvalue().encode()).decode()

    def shown(self) -> list[list[str]]:
        """Return the rows as they are read."""
        return [[_shown(cell) for cell in row] for row in self.rows]


def limits(found: Interval | None, places: int = 1) -> tuple[Cell, Cell, Cell]:
    """Return value, low and high for a row; none for what is not told."""
    if found is None:
        return (None, None, None)
    value, low, high = (
        None if math.isnan(each) else round(each, places)
        for each in (found.value, found.low, found.high)
    )
    return (value, low, high)


def nothing(title: str, why: str) -> Figure:
    """Return a figure of which a package tells nothing."""
    return Figure(title, why, "", (), ())


def _shown(cell: Cell) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return cell
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:,.4g}"
