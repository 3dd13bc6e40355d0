"""Colmi rings (R02 and its kin): frames of sixteen bytes over a serial port of their own.

The service is 6e40fff0-b5a3-f393-e0a9-e50e24dcca9e; layouts were found out by others and are
documented with the open client colmi_r02_client; they were checked against no ring.
"""

from typing import Final

from gateway.gatt.service import Characteristic, Service
from gateway.vendors.colmi import frame

SERVICE: Final = Service(
    "6e40fff0-b5a3-f393-e0a9-e50e24dcca9e",
    "Colmi ring",
    (Characteristic(frame.UUID, "Colmi Frame", frame.decode),),
)
