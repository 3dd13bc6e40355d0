"""Body Composition (service 0x181B): what a scale makes of an impedance."""

from typing import Final

from gateway.gatt.body_composition import feature, measurement
from gateway.gatt.service import Characteristic, Service, assigned

SERVICE: Final = Service(
    assigned(0x181B),
    "Body Composition",
    (
        Characteristic(feature.UUID, "Body Composition Feature", feature.decode),
        Characteristic(measurement.UUID, "Body Composition Measurement", measurement.decode),
    ),
)
