"""Health Thermometer (service 0x1809)."""

from typing import Final

from gateway.gatt.service import Characteristic, Service, assigned
from gateway.gatt.thermometer import (
    intermediate,
    measurement,
    measurement_interval,
    temperature_type,
)

SERVICE: Final = Service(
    assigned(0x1809),
    "Health Thermometer",
    (
        Characteristic(measurement.UUID, "Temperature Measurement", measurement.decode),
        Characteristic(temperature_type.UUID, "Temperature Type", temperature_type.decode),
        Characteristic(intermediate.UUID, "Intermediate Temperature", intermediate.decode),
        Characteristic(
            measurement_interval.UUID, "Measurement Interval", measurement_interval.decode
        ),
    ),
)
