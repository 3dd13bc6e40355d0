"""How a body is held, by where gravity points in still minutes."""

from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

UPRIGHT_DEG: Final = 20.0
RECLINED_DEG: Final = 60.0
LYING_DEG: Final = 120.0
#: A mean that is further from 1 g than this was not taken at rest.
REST_G: Final = 0.1


class Posture(IntEnum):
    """How the sensor's upward axis leans."""

    UNKNOWN = 0
    UPRIGHT = 1
    RECLINED = 2  # or sitting
    LYING = 3
    INVERTED = 4


def of(mean_g: NDArray[np.floating], up: ArrayLike) -> NDArray[np.int64]:
    """Return the posture of each minute.

    Parameters
    ----------
    mean_g : (n, 3) float, g
        Mean acceleration of each minute; nan: not known.
    up : (3,) array_like
        Where up is in the sensor's axes while its wearer stands, of any length.

    Returns
    -------
    (n,) int
        Posture.

    Notes
    -----
    Up to 20 degrees from upright, 60 and 120 as in Karantonis et al. 2006, IEEE Trans Inf
    Technol Biomed 10:156, for a sensor at the waist. At a wrist it says how the arm lies, at
    the temple how the head is held: neither is the posture of a body.
    """
    direction = np.asarray(up, np.float64)
    direction = direction / np.linalg.norm(direction)
    norm_g = np.linalg.norm(mean_g, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        lean_deg = np.degrees(np.arccos(np.clip(mean_g @ direction / norm_g, -1.0, 1.0)))
        still = np.abs(norm_g - 1.0) <= REST_G
    class_of = np.searchsorted([UPRIGHT_DEG, RECLINED_DEG, LYING_DEG], lean_deg) + 1
    return np.where(still, class_of, Posture.UNKNOWN)
