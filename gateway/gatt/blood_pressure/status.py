"""What a cuff has against its readings.

Layout: Bluetooth Blood Pressure Service 1.1, section 3.1.1.6, Measurement Status.
"""

from enum import IntFlag
from typing import Final

from gateway.gatt.field import Field, bits


class Status(IntFlag):
    """How the reading came about; both pulse bits together are reserved."""

    BODY_MOVED = 1 << 0
    CUFF_TOO_LOOSE = 1 << 1
    PULSE_IRREGULAR = 1 << 2
    PULSE_TOO_HIGH = 1 << 3
    PULSE_TOO_LOW = 1 << 4
    WRONG_POSITION = 1 << 5


STATUS: Final[Field] = bits(Status)
