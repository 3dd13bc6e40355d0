"""Glucose (service 0x1808): meters with a memory, read by Record Access Control Point."""

from typing import Final

from gateway.gatt.glucose import context, feature, measurement
from gateway.gatt.service import Characteristic, Service, assigned

SERVICE: Final = Service(
    assigned(0x1808),
    "Glucose",
    (
        Characteristic(measurement.UUID, "Glucose Measurement", measurement.decode),
        Characteristic(context.UUID, "Glucose Measurement Context", context.decode),
        Characteristic(feature.UUID, "Glucose Feature", feature.decode),
    ),
)
