"""How a body is held."""

import math

import numpy as np
import pytest

from analytics.kernels import posture
from analytics.kernels.posture import Posture


def leaning(deg, norm_g=1.0):
    return norm_g * np.array([math.sin(math.radians(deg)), math.cos(math.radians(deg)), 0.0])


@pytest.mark.parametrize(
    ("deg", "held"),
    [
        (0, Posture.UPRIGHT),
        (19, Posture.UPRIGHT),
        (21, Posture.RECLINED),
        (59, Posture.RECLINED),
        (61, Posture.LYING),
        (90, Posture.LYING),
        (119, Posture.LYING),
        (121, Posture.INVERTED),
        (180, Posture.INVERTED),
    ],
)
def test_the_lean_says_how_a_body_is_held(deg, held):
    assert posture.of(leaning(deg)[np.newaxis], [0, 2, 0]).tolist() == [held]
    assert posture.of(leaning(-deg, 1.09)[np.newaxis], [0, 1, 0]).tolist() == [held]


def test_what_was_not_at_rest_or_not_known_has_no_posture():
    minutes = np.stack([leaning(0, 1.2), leaning(0, 0.8), np.full(3, math.nan), np.zeros(3)])

    assert posture.of(minutes, [0, 1, 0]).tolist() == [Posture.UNKNOWN] * 4
