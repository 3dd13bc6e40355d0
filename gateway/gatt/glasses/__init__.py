"""The vendor service of the study's glasses: motion, minutes, state and control.

Ticks are a u32 at 32768 Hz that wraps; counters count since the device's last boot.
Everything is little-endian.
"""

from typing import Final

from gateway.gatt.glasses import control, minute, motion, state
from gateway.gatt.service import Characteristic, Service

TICKS_PER_SECOND: Final = 32768

SERVICE: Final = Service(
    "6b730001-6b69-4e64-8a74-657073000000",
    "Glasses",
    (
        Characteristic(motion.UUID, "Glasses Motion", motion.decode),
        Characteristic(minute.UUID, "Glasses Minute", minute.decode),
        Characteristic(state.UUID, "Glasses State", state.decode),
        Characteristic(control.UUID, "Glasses Control", control.decode),
    ),
)
