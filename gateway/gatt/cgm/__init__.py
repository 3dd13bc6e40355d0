"""Continuous Glucose Monitoring (service 0x181F)."""

from typing import Final

from gateway.gatt.cgm import (
    control_point,
    feature,
    measurement,
    session_run,
    session_start,
    state,
)
from gateway.gatt.service import Characteristic, Service, assigned

SERVICE: Final = Service(
    assigned(0x181F),
    "Continuous Glucose Monitoring",
    (
        Characteristic(measurement.UUID, "CGM Measurement", measurement.decode),
        Characteristic(feature.UUID, "CGM Feature", feature.decode),
        Characteristic(state.UUID, "CGM Status", state.decode),
        Characteristic(session_start.UUID, "CGM Session Start Time", session_start.decode),
        Characteristic(session_run.UUID, "CGM Session Run Time", session_run.decode),
        Characteristic(
            control_point.UUID, "CGM Specific Ops Control Point", control_point.decode
        ),
    ),
)
