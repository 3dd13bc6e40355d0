"""Pulse Oximeter (service 0x1822): oxygen saturation, on the spot and continuously."""

from typing import Final

from gateway.gatt import record_access
from gateway.gatt.oximeter import continuous, features, spot_check
from gateway.gatt.service import Characteristic, Service, assigned

SERVICE: Final = Service(
    assigned(0x1822),
    "Pulse Oximeter",
    (
        Characteristic(spot_check.UUID, "PLX Spot-Check Measurement", spot_check.decode),
        Characteristic(continuous.UUID, "PLX Continuous Measurement", continuous.decode),
        Characteristic(features.UUID, "PLX Features", features.decode),
        Characteristic(record_access.UUID, "Record Access Control Point", record_access.decode),
    ),
)
