"""What people walked, what messages did, and what was given."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from coaching.effect import EffectPanel, Interval, Told
from research.figures import drawing
from research.figures.figure import FEWEST, Cell, Figure, limits, nothing
from research.means import mean_of
from research.opened import Opened


def activity(package: Opened) -> Figure:
    """Draw the mean steps of each day of the study."""
    title = "Daily activity"
    of_day: dict[int, list[float]] = defaultdict(list)
    for row in package.rows("days", ["study_day", "steps", "valid", "complete"]):
        if row["valid"] and row["complete"] and row["steps"] is not None:
            of_day[row["study_day"]].append(float(row["steps"]))
    told = {
        day: mean_of(steps) for day, steps in sorted(of_day.items()) if len(steps) >= FEWEST
    }
    if len(told) < 2:
        return nothing(title, f"No two days have {FEWEST} people who wore it for ten hours.")
    points = [(float(day), each.value, each.low, each.high) for day, each in told.items()]
    return Figure(
        title,
        f"Mean steps over people with ten hours of wear, with 95 % limits; days of fewer "
        f"than {FEWEST} people are left out.",
        drawing.band(points, "study day", "steps"),
        ("day", "people", "steps", "low", "high"),
        tuple((day, len(of_day[day]), *limits(each, 0)) for day, each in told.items()),
    )


def by_kind(panel: EffectPanel) -> Figure:
    """Draw what a message adds, by the occasion it is for."""
    return _effects("Effect of messages by kind", (panel.overall, *panel.by_occasion))


def over_time(panel: EffectPanel) -> Figure:
    """Draw the same week by week."""
    return _effects("Effect of messages over time", panel.by_week)


def _effects(title: str, told: Sequence[Told]) -> Figure:
    known = [(each.name, each.effect) for each in told if each.effect is not None]
    lines = [(str(name), *_percent(effect)) for name, effect in known]
    rows = tuple(_row(each) for each in told)
    if not lines:
        why = str(told[0].says) if told else "No decision was left to chance."
        return Figure(title, why, "", ("", "decisions", "%", "low", "high", "why not"), rows)
    return Figure(
        title,
        "What a message adds to the steps of the half hour after it, in percent, with 95 % "
        "limits. Randomised: a draw decided whether it was sent.",
        drawing.dots(lines, "% more steps in the half hour after"),
        ("", "decisions", "%", "low", "high", "why not"),
        rows,
    )


def _percent(found: Interval) -> tuple[float, float, float]:
    """Return what an effect in log steps is in percent, with its limits."""
    value, low, high = (100 * math.expm1(each) for each in (found.value, found.low, found.high))
    return value, low, high


def _row(told: Told) -> tuple[Cell, ...]:
    if told.effect is None:
        return (str(told.name), told.points, None, None, None, str(told.refused))
    numbers = (round(each, 1) for each in _percent(told.effect))
    return (str(told.name), told.points, *numbers, None)


def giving(package: Opened) -> Figure:
    """Draw how many gifts went to which cause."""
    title = "Giving"
    gifts = package.rows("donations")
    givers: dict[str, set[str]] = defaultdict(set)
    for row in gifts:
        givers[row["cause"]].add(row["participant"])
    people = len(set[str]().union(*givers.values()))
    if people < FEWEST:
        return nothing(title, f"Gifts of fewer than {FEWEST} people, or none.")
    enough = {cause for cause, who in givers.items() if len(who) >= FEWEST}
    causes = Counter(c if (c := row["cause"]) in enough else "other causes" for row in gifts)
    paid = sum(row["points"] for row in gifts)
    return Figure(
        title,
        f"{len(gifts)} gifts of {people} people, for {paid:,} points.",
        drawing.bars([(name, float(count)) for name, count in causes.most_common()], "gifts"),
        ("cause", "gifts"),
        tuple(causes.most_common()),
    )
