"""Blood Pressure (service 0x1810): cuffs, in mmHg or kPa."""

from typing import Final

from gateway.gatt.blood_pressure import (
    cuff_pressure,
    enhanced_cuff_pressure,
    enhanced_measurement,
    feature,
    measurement,
)
from gateway.gatt.service import Characteristic, Service, assigned

SERVICE: Final = Service(
    assigned(0x1810),
    "Blood Pressure",
    (
        Characteristic(measurement.UUID, "Blood Pressure Measurement", measurement.decode),
        Characteristic(cuff_pressure.UUID, "Intermediate Cuff Pressure", cuff_pressure.decode),
        Characteristic(feature.UUID, "Blood Pressure Feature", feature.decode),
        Characteristic(
            enhanced_measurement.UUID,
            "Enhanced Blood Pressure Measurement",
            enhanced_measurement.decode,
        ),
        Characteristic(
            enhanced_cuff_pressure.UUID,
            "Enhanced Intermediate Cuff Pressure",
            enhanced_cuff_pressure.decode,
        ),
    ),
)
