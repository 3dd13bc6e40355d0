"""InfiniTime, the open firmware of the PineTime watch: steps and raw motion.

Layout: InfiniTime's doc/MotionService.md. Its heart rate is the standard service.
"""

from typing import Final

from gateway.gatt.service import Characteristic, Service
from gateway.vendors.infinitime import motion, steps

SERVICE: Final = Service(
    "00030000-78fc-48fe-8e23-433b3a1942d0",
    "InfiniTime Motion",
    (
        Characteristic(steps.UUID, "InfiniTime Step Count", steps.decode),
        Characteristic(motion.UUID, "InfiniTime Raw Motion", motion.decode),
    ),
)
