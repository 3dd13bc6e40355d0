"""The analysis of a study's trial, from a package of its data alone."""

from research.opened import Opened
from research.trial.feature_days import feature_points
from research.trial.panel import effect_panel, points
from research.trial.primary import Fixed, Primary, primary

__all__ = [
    "Fixed",
    "Opened",
    "Primary",
    "effect_panel",
    "feature_points",
    "points",
    "primary",
]
