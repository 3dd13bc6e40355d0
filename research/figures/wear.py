"""What was worn on which day, and of which share of the time what is known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from research.figures import drawing
from research.figures.drawing import Cell
from research.figures.figure import Figure, nothing

_WEEK_DAYS: Final = 7
_DAY_MIN: Final = 1440
_TEN_HOURS_MIN: Final = 600
Said = Callable[[str], str]

_PARTS: Final = ("worn", "not worn", "device at fault", "not known")


@dataclass(frozen=True, slots=True)
class Day:
    """What is known of a day of somebody's study."""

    day: int  # from 1
    wear_min: int
    not_worn_min: int
    fault_min: int


@dataclass(frozen=True, slots=True)
class Life:
    """One person's study so far."""

    days: int  # for so long they were followed
    heard: tuple[Day, ...]  # days of which anything is known

    @property
    def last_worn(self) -> int:
        """Return the last day on which something was worn; 0: none."""
        return max((each.day for each in self.heard if each.wear_min), default=0)


def adherence(people: Sequence[Life], said: Said = str) -> Figure:
    """Draw a row a person: how much of each day's ten hours they wore it.

    What stands in the drawing is `said` in the language of who looks at it.
    """
    title = "Adherence"
    order = sorted(people, key=lambda each: (-each.last_worn, -each.days))
    if not any(each.days for each in order):
        return nothing(title, "Nobody was followed for a day.")
    names = [said(name) for name in _PARTS]
    return Figure(
        title,
        "A row a person, the longest first; a cell a day, full from ten hours of wear.",
        drawing.heat([_row(each) for each in order], names, said("study day"), said("people")),
        (
            *("row", "followed days", "days worn", "days of ten hours", "last day worn"),
            *(f"days {name}" for name in _PARTS[1:]),
        ),
        tuple((number, *_sums(each)) for number, each in enumerate(order, start=1)),
    )


def quality(people: Sequence[Life], said: Said = str) -> Figure:
    """Draw of which share of the time what is known, week by week; `said` as above."""
    title = "Data quality"
    weeks = max((each.days for each in people), default=0) // _WEEK_DAYS
    if not weeks:
        return nothing(title, "Nobody was followed for a week.")
    told = [(number, _shares(people, number)) for number in range(1, weeks + 1)]
    columns = [(float(week), shares) for week, shares in told]
    names = [said(name) for name in _PARTS]
    return Figure(
        title,
        "Of the time of everyone who was followed in a week. What is not known is no zero.",
        drawing.shares(columns, names, said("study week"), said("% of the time")),
        ("week", *(f"{name} %" for name in _PARTS)),
        tuple((week, *(round(100 * each, 1) for each in shares)) for week, shares in told),
    )


def _row(life: Life) -> list[Cell]:
    heard = {each.day: each for each in life.heard}
    return [_cell(heard.get(day)) for day in range(1, life.days + 1)]


def _cell(day: Day | None) -> Cell:
    """Return a day as worn, or else as what most of it was."""
    if day is None:
        return Cell(_PARTS.index("not known"))
    if day.wear_min:
        return Cell(0, max(0.05, min(day.wear_min / _TEN_HOURS_MIN, 1.0)))
    unknown_min = _DAY_MIN - day.not_worn_min - day.fault_min
    minutes = (0, day.not_worn_min, day.fault_min, unknown_min)
    return Cell(minutes.index(max(minutes)))


def _sums(life: Life) -> tuple[int, ...]:
    worn = [each.wear_min for each in life.heard]
    whole = sum(each >= _TEN_HOURS_MIN for each in worn)
    kinds = [cell.kind for cell in _row(life)]
    others = (kinds.count(n) for n in range(1, len(_PARTS)))
    return (life.days, sum(each > 0 for each in worn), whole, life.last_worn, *others)


def _shares(people: Sequence[Life], week: int) -> list[float]:
    """Return the shares of a week's time, in the order of the parts."""
    first, last = (week - 1) * _WEEK_DAYS + 1, week * _WEEK_DAYS
    days = sum(max(0, min(each.days, last) - first + 1) for each in people)
    heard = [day for each in people for day in each.heard if first <= day.day <= last]
    known = [
        sum(day.wear_min for day in heard),
        sum(day.not_worn_min for day in heard),
        sum(day.fault_min for day in heard),
    ]
    whole = max(days * _DAY_MIN, sum(known), 1)
    return [*(each / whole for each in known), 1 - sum(known) / whole]
