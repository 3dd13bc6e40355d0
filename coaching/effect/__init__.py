"""The door of effects: a study's own panel and an analysis elsewhere ask the same of it."""

from coaching.effect.estimates import (
    Excursion,
    Interval,
    TooLittle,
    excursion,
    t_quantile,
    value,
)

__all__ = [
    "Excursion",
    "Interval",
    "TooLittle",
    "excursion",
    "t_quantile",
    "value",
]
