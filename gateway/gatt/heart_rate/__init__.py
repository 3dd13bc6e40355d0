"""Heart Rate (service 0x180D): beats of a strap, a watch or an ear clip."""

from typing import Final

from gateway.gatt.heart_rate import body_sensor_location, control_point, measurement
from gateway.gatt.service import Characteristic, Service, assigned

SERVICE: Final = Service(
    assigned(0x180D),
    "Heart Rate",
    (
        Characteristic(measurement.UUID, "Heart Rate Measurement", measurement.decode),
        Characteristic(
            body_sensor_location.UUID, "Body Sensor Location", body_sensor_location.decode
        ),
        Characteristic(control_point.UUID, "Heart Rate Control Point", control_point.decode),
    ),
)
