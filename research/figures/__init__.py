"""A door: figures of a study, for its report and for its researcher's page."""

from research.figures.figure import Figure, limits, nothing
from research.figures.live import lives
from research.figures.wear import Day, Life, adherence, quality

__all__ = ["Day", "Figure", "Life", "adherence", "limits", "lives", "nothing", "quality"]
