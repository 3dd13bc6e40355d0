"""What was measured, and where it was taken: one byte of two halves.

Layout: Bluetooth GATT Specification Supplement, Glucose Measurement, Type-Sample Location.
"""

from enum import IntEnum
from typing import Final

import msgspec

from gateway.gatt.field import U8


class Fluid(IntEnum):
    """What was measured."""

    CAPILLARY_WHOLE_BLOOD = 1
    CAPILLARY_PLASMA = 2
    VENOUS_WHOLE_BLOOD = 3
    VENOUS_PLASMA = 4
    ARTERIAL_WHOLE_BLOOD = 5
    ARTERIAL_PLASMA = 6
    UNDETERMINED_WHOLE_BLOOD = 7
    UNDETERMINED_PLASMA = 8
    INTERSTITIAL_FLUID = 9
    CONTROL_SOLUTION = 10


class Place(IntEnum):
    """Where it was taken."""

    FINGER = 1
    ALTERNATE_SITE = 2
    EARLOBE = 3
    CONTROL_SOLUTION = 4
    SUBCUTANEOUS = 5


class Sample(msgspec.Struct, frozen=True):
    """Both; None for a number that is reserved, or says that it is not known."""

    fluid: Fluid | None
    place: Place | None


_FLUIDS: Final = {member.value: member for member in Fluid}
_PLACES: Final = {member.value: member for member in Place}
_SAMPLES: Final = tuple(
    Sample(_FLUIDS.get(raw & 0xF), _PLACES.get(raw >> 4)) for raw in range(256)
)

SAMPLE: Final = U8.through(_SAMPLES.__getitem__)
