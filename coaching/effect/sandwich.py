"""How far coefficients may be off, from people of whom each brings many points."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from coaching.effect.floors import TooLittle
from people.sentence import say

Floats = NDArray[np.floating[Any]]

_ALL_BUT: Final = 1e-9  # of a coefficient, that one person may decide at most


def corrected(gram: Floats, bread: Floats, score: Floats) -> Floats:
    """Return people's scores as errors would have them, which residuals fall short of.

    A fit draws its residuals to itself: where weights are inverse variances, those of a person
    have (I - H) times the covariance of the errors. (I - H)^-½ makes up for that; (I - H)⁻¹, by
    Mancl and DeRouen, for twice that. Moved past XᵀW it takes a root of as many rows as there
    are coefficients, not points.

    Parameters
    ----------
    gram : (people, k, k) array
        XᵀWX of each person.
    bread : (k, k) array
        The inverse of all people's gram together.
    score : (people, k) array
        XᵀW(y - Xβ) of each person.

    Raises
    ------
    TooLittle
        Where one person alone decides a coefficient: then nothing tells how far it is off.

    References
    ----------
    Kauermann, Carroll, "A Note on the Efficiency of Sandwich Covariance Matrix Estimation",
    Journal of the American Statistical Association 96 (2001).
    """
    half = np.linalg.cholesky(bread)
    leverage, axes = np.linalg.eigh(half.T @ gram @ half)
    if leverage.max(initial=0.0) > 1 - _ALL_BUT:
        raise TooLittle(say("one person alone decides it"))
    along = axes.transpose(0, 2, 1) @ (score @ half)[:, :, None]
    grown = axes @ (along / np.sqrt(1 - leverage)[:, :, None])
    return np.linalg.solve(half.T, grown[:, :, 0].T).T


def sandwich(bread: Floats, score: Floats) -> Floats:
    """Return the covariance of coefficients, clustered by person."""
    return bread @ (score.T @ score) @ bread


def inverse(gram: Floats) -> Floats:
    """Return the bread; raise TooLittle where columns do not differ."""
    if np.linalg.matrix_rank(gram, hermitian=True) < len(gram):
        raise TooLittle(say("the points do not differ in what the effect may depend on"))
    return np.linalg.inv(gram)
