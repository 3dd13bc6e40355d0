"""How hard a minute was, by each published rule, and where the rule does not hold.

A cut-point is made at one place of the body, from one measure, on some people. Where none was
made, none is given: asking for one elsewhere is refused.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray


class NotValidThere(ValueError):
    """A rule was asked for at a place of the body that it was not made for."""


@dataclass(frozen=True, slots=True)
class CutPoints:
    """From where on a minute is of some intensity, in the unit of its measure."""

    measure: str  # "counts": vertical axis, a minute; "enmo_mg": mean of a minute
    placement: str
    #: Below it: sedentary. Where counts have one it is that of Matthews et al. 2008,
    #: Am J Epidemiol 167:875.
    light: float | None
    moderate: float
    vigorous: float
    source: str


HILDEBRAND: Final = "Hildebrand et al. 2014, Med Sci Sports Exerc 46:1816; adults, ActiGraph"
CUT_POINTS: Final = {
    "freedson": CutPoints(
        "counts", "hip", 100, 1952, 5725, "Freedson et al. 1998, Med Sci Sports Exerc 30:777"
    ),
    "troiano": CutPoints(
        "counts", "hip", 100, 2020, 5999, "Troiano et al. 2008, Med Sci Sports Exerc 40:181"
    ),
    "hildebrand_wrist": CutPoints("enmo_mg", "wrist", None, 100.6, 428.8, HILDEBRAND),
    "hildebrand_hip": CutPoints("enmo_mg", "hip", None, 69.1, 258.7, HILDEBRAND),
}

#: Heart-rate reserve from which on a zone begins; American College of Sports Medicine,
#: Garber et al. 2011, Med Sci Sports Exerc 43:1334. Below the first: zone 1.
ZONES: Final = (0.30, 0.40, 0.60, 0.90)
MODERATE_ZONE: Final = 3
VIGOROUS_ZONE: Final = 4

#: a and b of Banister's weight a e^(b r) by sex; Morton et al. 1990, J Appl Physiol 69:1171.
TRIMP: Final = {"male": (0.64, 1.92), "female": (0.86, 1.67)}


def cut_points(name: str, placement: str | None) -> CutPoints:
    """Return published cut-points; raise NotValidThere where they were not made."""
    known = CUT_POINTS[name]
    if placement != known.placement:
        raise NotValidThere(
            f"{name} is made for the {known.placement}, not for {placement or 'no known place'}"
        )
    return known


def classify(values: NDArray[np.floating], points: CutPoints) -> NDArray[np.int64]:
    """Return 0 sedentary, 1 light, 2 moderate, 3 vigorous of each minute; nan: -1.

    Parameters
    ----------
    values : (n,) float
        In the unit of the cut-points' measure. Where these know no sedentary, light is least.
    """
    light = -np.inf if points.light is None else points.light
    class_of = np.searchsorted([light, points.moderate, points.vigorous], values, side="right")
    return np.where(np.isnan(values), -1, class_of)


def mets(counts: NDArray[np.float64], placement: str | None) -> NDArray[np.float64]:
    """Return the energy of minutes in metabolic equivalents.

    Parameters
    ----------
    counts : (n,) float
        ActiGraph counts of the vertical axis in a minute.
    placement : str or None
        Only "hip" is valid: the line was fitted to adults on a treadmill, 4.8 to 9.7 km/h. At
        rest it says 1.44, and cycling or carrying it does not see.

    Notes
    -----
    1.439008 + 0.000795 counts (Freedson et al. 1998), of which 1952 is 3 and 5725 is 6.
    """
    cut_points("freedson", placement)
    return 1.439008 + 0.000795 * counts


def reserve(
    bpm: NDArray[np.float64], resting_bpm: NDArray[np.float64], highest_bpm: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return heart rates as a share of the reserve (Karvonen 1957), nan where not known."""
    return (bpm - resting_bpm) / (highest_bpm - resting_bpm)


def zones(share: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the zone of each share of the reserve, 1 to 5; 0 where not known."""
    return np.where(np.isnan(share), 0, np.searchsorted(ZONES, share, side="right") + 1)


def trimp(share: NDArray[np.float64], sex: str | None) -> NDArray[np.float64]:
    """Return the training impulse of minutes, r a e^(b r); nan where sex is not known.

    Parameters
    ----------
    share : (..., m) float64
        Of the heart-rate reserve in each minute; below 0 counts as 0, above 1 as 1.
    sex : str or None
        "female" or "male"; the weights were fitted to lactate of men and women apart.
    """
    if sex not in TRIMP:
        return np.full(share.shape, np.nan)
    a, b = TRIMP[sex]
    r = np.clip(share, 0.0, 1.0)
    return r * a * np.exp(b * r)
