"""The door of effects: a study's own panel and an analysis elsewhere ask the same of it."""

from coaching.effect.chances import Chances, Point, Seen, gather, often, see
from coaching.effect.estimates import (
    Excursion,
    Interval,
    excursion,
    t_quantile,
    value,
)
from coaching.effect.floors import TooLittle, need
from coaching.effect.panel import EffectPanel, OtherOdds, Told, tell
from coaching.effect.sandwich import corrected, inverse
from coaching.protocol import EffectRules

__all__ = [
    "Chances",
    "EffectPanel",
    "EffectRules",
    "Excursion",
    "Interval",
    "OtherOdds",
    "Point",
    "Seen",
    "Told",
    "TooLittle",
    "corrected",
    "excursion",
    "gather",
    "inverse",
    "need",
    "often",
    "see",
    "t_quantile",
    "tell",
    "value",
]
