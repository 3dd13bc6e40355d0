"""ActiGraph's two filters: to 30 Hz, and to the band that counts.

Neishabouri et al. 2022, "Quantification of acceleration as activity counts in ActiGraph
wearables", Scientific Reports 12:11958. The paper prints the band-pass to three digits and
refers to the authors' published software for all of them; those stand here.

Each product and each sum rounds in the order of that definition. Nothing may be contracted,
reordered or combined: a last bit moves a sample over a threshold, and a count with it.
"""

import math
from typing import Any, Final

import numpy as np
from numba import njit

RATES_HZ: Final = (30, 40, 50, 60, 70, 80, 90, 100)
POWERS_HZ: Final = (32, 64, 128, 256)
#: How far a rate may be off one of these, of its own size: periods are whole microseconds.
_TOLERANCE: Final = 1e-4

#: One pole at three times the rate: LOW_IN * (x[i] + x[i-1]) + LOW_BACK * y[i-1].
LOW_IN: Final = math.pi / (math.pi + 6.0) * 3.0  # not 3 pi / (pi + 6): that rounds otherwise
LOW_BACK: Final = -((math.pi - 6.0) / (math.pi + 6.0))

#: Band-pass at 30 Hz, b0 to b7 and a0 to a7: -3 dB at 0.31 and 1.64 Hz.
B: Final = (
    -0.009341062898525,
    -0.025470289659360,
    -0.004235264826105,
    0.044152415456420,
    0.036493718347760,
    -0.011893961934740,
    -0.022917390623150,
    -0.006788163862310,
)
A: Final = (
    1.0,
    -3.63367395910957,
    5.03689812757486,
    -3.09612247819666,
    0.50620507633883,
    0.32421701566682,
    -0.15685485875559,
    0.0194913020589,
)
#: The band-pass at rest under a constant 1 g, exact to the last digit. The published software
#: solves for it, and is off by up to 4e-13 that depend on the machine.
AT_REST: Final = (
    0.00934106283611957,
    0.034811352722240556,
    0.039046617234015764,
    -0.005105798029189382,
    -0.04159951640853933,
    -0.02970555449403223,
    -0.006788163861093637,
)

Number = Any  # a float64, or several side by side
Delays = tuple[Number, Number, Number, Number, Number, Number, Number]


@njit(cache=True, nogil=True, error_model="numpy")
def is_power(rate: int) -> bool:
    """Return whether a rate is one of those that are a power of two."""
    return rate & (rate - 1) == 0


@njit(cache=True, nogil=True, error_model="numpy")
def rate_hz(period_us: float) -> int:
    """Return the rate of a period if ActiGraph's resampling is published for it, else 0."""
    if not 0.0 < period_us < 1e5:
        return 0
    near = int(np.rint(1e6 / period_us))
    tens = near % 10 == 0 and 30 <= near <= 100
    powers = is_power(near) and 32 <= near <= 256
    known = tens or powers
    return near if known and abs(1e6 / period_us - near) <= _TOLERANCE * near else 0


@njit(cache=True, nogil=True, error_model="numpy")
def low_pass(y: Number, x: Number) -> tuple[Number, Number, Number]:
    """Take one sample; return the output at its own point and the two zeros after it.

    The sample before was followed by zeros, so of the two inputs one is always 0.
    """
    share = LOW_IN * x
    first = share + LOW_BACK * y
    second = share + LOW_BACK * first
    return first, second, LOW_BACK * second


@njit(cache=True, nogil=True, error_model="numpy")
def at_rest(x: Number) -> Delays:
    """Return the band-pass as if it had always heard `x`."""
    return (
        AT_REST[0] * x,
        AT_REST[1] * x,
        AT_REST[2] * x,
        AT_REST[3] * x,
        AT_REST[4] * x,
        AT_REST[5] * x,
        AT_REST[6] * x,
    )


@njit(cache=True, nogil=True, error_model="numpy")
def band_pass(z: Delays, x: Number) -> tuple[Number, Delays]:
    """Take one sample at 30 Hz; return output and delays (transposed direct form II)."""
    y = z[0] + B[0] * x
    return y, (
        z[1] + x * B[1] - y * A[1],
        z[2] + x * B[2] - y * A[2],
        z[3] + x * B[3] - y * A[3],
        z[4] + x * B[4] - y * A[4],
        z[5] + x * B[5] - y * A[5],
        z[6] + x * B[6] - y * A[6],
        x * B[7] - y * A[7],
    )
