"""Weight Scale (service 0x181D)."""

from typing import Final

from gateway.gatt.service import Characteristic, Service, assigned
from gateway.gatt.weight_scale import feature, measurement

SERVICE: Final = Service(
    assigned(0x181D),
    "Weight Scale",
    (
        Characteristic(measurement.UUID, "Weight Measurement", measurement.decode),
        Characteristic(feature.UUID, "Weight Scale Feature", feature.decode),
    ),
)
