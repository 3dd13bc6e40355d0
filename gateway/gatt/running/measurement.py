"""RSC Measurement (GATT 0x2A53): how fast somebody runs or walks.

Layout: Bluetooth Running Speed and Cadence Service 1.0, section 3.1.
"""

from typing import Final

import msgspec

from gateway.gatt.field import FLAGS_8, U8, U16, U32, bit
from gateway.gatt.layout import Layout

UUID: Final = "00002a53-0000-1000-8000-00805f9b34fb"

_RUNNING: Final = 0x04


class Running(msgspec.Struct, frozen=True):
    """What the pod said in one notification."""

    is_running: bool  # always False where the RSC Feature says that the pod cannot tell
    speed_m_s: float
    cadence_per_min: int
    stride_m: float | None
    distance_m: float | None


decode: Final = Layout(
    UUID,
    Running,
    FLAGS_8,
    bit(_RUNNING),
    U16.over(256),
    U8,
    U16.over(100).when(0x01),
    U32.over(10).when(0x02),
).read
