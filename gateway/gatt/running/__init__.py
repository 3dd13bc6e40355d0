"""Running Speed and Cadence (service 0x1814): foot pods."""

from typing import Final

from gateway.gatt.running import control_point, feature, measurement
from gateway.gatt.service import Characteristic, Service, assigned

SERVICE: Final = Service(
    assigned(0x1814),
    "Running Speed and Cadence",
    (
        Characteristic(measurement.UUID, "RSC Measurement", measurement.decode),
        Characteristic(feature.UUID, "RSC Feature", feature.decode),
        Characteristic(control_point.UUID, "SC Control Point", control_point.decode),
    ),
)
