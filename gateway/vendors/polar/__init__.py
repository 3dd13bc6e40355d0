"""Polar Measurement Data: raw ECG, acceleration and PPG of straps, armbands and watches.

The service is fb005c80-02e7-f387-1cad-8acd2d8df0c8. Layouts: "Polar Measurement Data
Specification", published with the Polar BLE SDK.
"""

from typing import Final

from gateway.gatt.service import Characteristic, Service, assigned
from gateway.vendors.polar import control_point, data, packet

SERVICE: Final = Service(
    "fb005c80-02e7-f387-1cad-8acd2d8df0c8",
    "Polar Measurement Data",
    (
        Characteristic(control_point.UUID, "PMD Control Point", control_point.decode),
        Characteristic(data.UUID, "PMD Data", data.decode),
    ),
)
FILES: Final = Service(
    assigned(0xFEEE),
    "Polar File Transfer",
    (Characteristic(packet.UUID, "File Transfer Packet", packet.decode),),
)
