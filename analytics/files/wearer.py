"""How hard epochs were, as far as is known who wore the sensor, and where."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from analytics import intensity
from analytics.days import highest_bpm

_MINUTE_S: Final = 60
_VERTICAL: Final = "counts_y"  # of a sensor at the hip, as ActiGraph's axes lie
_CLASSES: Final = ("sedentary", "light", "moderate", "vigorous")


@dataclass(frozen=True, slots=True)
class Wearer:
    """What a recording does not say of its wearer."""

    placement: str | None = None
    age_years: int | None = None
    resting_bpm: float | None = None

    def judged(self, epoch: dict[str, Any], epoch_s: int) -> dict[str, Any]:
        """Return how hard an epoch was by the rules that hold; None where it is not known."""
        judged: dict[str, Any] = {}
        if self.placement is not None:
            judged["intensity"] = self._intensity(epoch["enmo_mg"])
            judged["mets"] = self._mets(epoch[_VERTICAL], epoch_s)
        if self.age_years is not None and self.resting_bpm is not None and "bpm" in epoch:
            judged["zone"] = self._zone(epoch["bpm"], self.age_years, self.resting_bpm)
        return judged

    def _intensity(self, enmo_mg: float | None) -> str | None:
        name = f"hildebrand_{self.placement}"
        if enmo_mg is None or name not in intensity.CUT_POINTS:
            return None
        points = intensity.cut_points(name, self.placement)
        return _CLASSES[int(intensity.classify(np.array([enmo_mg]), points)[0])]

    def _mets(self, counts: int | None, epoch_s: int) -> float | None:
        if counts is None or self.placement != "hip" or epoch_s != _MINUTE_S:
            return None
        return float(intensity.mets(np.array([float(counts)]), self.placement)[0])

    def _zone(self, bpm: float | None, age_years: int, resting_bpm: float) -> int | None:
        if bpm is None:
            return None
        ends = (np.array([resting_bpm]), np.array([highest_bpm(age_years)]))
        return int(intensity.zones(intensity.reserve(np.array([bpm]), *ends))[0])
