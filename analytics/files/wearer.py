"""How hard epochs were, as far as is known who wore the sensor, and where."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from analytics import intensity
from analytics.days import Body, highest_bpm
from analytics.kernels import posture
from analytics.kernels.posture import Posture

_MINUTE_S: Final = 60
_VERTICAL: Final = "counts_y"  # of a sensor at the hip, as ActiGraph's axes lie
_MEANS: Final = ("mean_x_g", "mean_y_g", "mean_z_g")
_CLASSES: Final = ("sedentary", "light", "moderate", "vigorous")


@dataclass(frozen=True, slots=True)
class Wearer:
    """What a recording does not say of its wearer."""

    placement: str | None = None
    age_years: int | None = None
    resting_bpm: float | None = None
    sex: str | None = None
    upright: tuple[float, float, float] | None = None  # where up is while standing

    @property
    def body(self) -> Body:
        """Return what a day's intensity is relative to."""
        resting_bpm = None if self.resting_bpm is None else round(self.resting_bpm)
        return Body(self.age_years, resting_bpm, self.sex, self.placement)

    @property
    def told(self) -> set[str]:
        """Return the names of what is known, the placement apart."""
        known = {
            "age": self.age_years,
            "resting_bpm": self.resting_bpm,
            "sex": self.sex,
            "upright": self.upright,
        }
        return {name for name, value in known.items() if value is not None}

    def judged(self, epoch: dict[str, Any], epoch_s: int) -> dict[str, Any]:
        """Return how hard an epoch was by the rules that hold; None where it is not known."""
        judged: dict[str, Any] = {}
        if self.placement is not None:
            judged["intensity"] = self._intensity(epoch["enmo_mg"])
            judged["mets"] = self._mets(epoch[_VERTICAL], epoch_s)
        if self.upright is not None:
            judged["posture"] = _posture([epoch[name] for name in _MEANS], self.upright)
        if self.age_years is not None and self.resting_bpm is not None and "bpm" in epoch:
            share = _share(epoch["bpm"], self.age_years, self.resting_bpm)
            judged["zone"] = None if share is None else int(intensity.zones(share)[0])
            if self.sex is not None:
                judged["trimp"] = _trimp(share, self.sex, epoch_s)
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


def _share(
    bpm: float | None, age_years: int, resting_bpm: float
) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """Return a heart rate as a share of the reserve."""
    if bpm is None:
        return None
    ends = (np.array([resting_bpm]), np.array([highest_bpm(age_years)]))
    return intensity.reserve(np.array([bpm]), *ends)


def _trimp(
    share: np.ndarray[tuple[int], np.dtype[np.float64]] | None, sex: str, epoch_s: int
) -> float | None:
    """Return the training impulse of an epoch, of which a minute has a whole one."""
    if share is None:
        return None
    return round(float(intensity.trimp(share, sex)[0]) * epoch_s / _MINUTE_S, 6)


def _posture(mean_g: list[float | None], upright: tuple[float, float, float]) -> str | None:
    if None in mean_g:
        return None
    found = Posture(int(posture.of(np.array([mean_g], np.float64), upright)[0]))
    return None if found is Posture.UNKNOWN else found.name.lower()
