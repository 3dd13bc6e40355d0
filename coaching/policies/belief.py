"""What is believed of one person's coefficients, and how a row of data changes it.

Every sum is taken in one settled order by plain multiplications and additions of whole arrays:
no BLAS, no threads, so that the same rows give the same bits on any machine and in any batch.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Belief:
    """A normal distribution over coefficients."""

    mean: Floats  # (d,)
    covariance: Floats  # (d, d)


def absorb(mean: Floats, covariance: Floats, row: Floats, outcome: Floats, sd: float) -> None:
    """Learn one row for each of many people, in place.

    The posterior of Bayesian linear regression with known noise, a row at a time: after all
    rows it is Σ = (ΦᵀΦ/σ² + Σ₀⁻¹)⁻¹, μ = Σ(Φᵀr/σ² + Σ₀⁻¹μ₀) (Bishop, Pattern Recognition and
    Machine Learning, 2006, section 3.3.1). A row of zeros with the outcome 0 changes nothing.

    Parameters
    ----------
    mean : (n, d) array
        μ of each person.
    covariance : (n, d, d) array
        Σ of each person.
    row : (n, d) array
        φ of each person.
    outcome : (n,) array
        r of each person.
    sd : float
        The noise, in the unit of the outcome.
    """
    terms = mean.shape[-1]
    spread = _sum([covariance[..., k] * row[..., k, None] for k in range(terms)])
    total = sd * sd + _sum([spread[..., k] * row[..., k] for k in range(terms)])
    error = outcome - _sum([mean[..., k] * row[..., k] for k in range(terms)])
    mean += spread * (error / total)[..., None]
    covariance -= spread[..., :, None] * spread[..., None, :] / total[..., None, None]


def _sum(parts: list[Floats]) -> Floats:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total
