"""Every characteristic that can be decoded, by the short form of its number."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.gatt import (
    alert_level,
    battery_level,
    blood_pressure,
    body_sensor_location,
    current_time,
    device_information,
    heart_rate,
    spot_check,
    temperature,
    weight,
)
from gateway.gatt.glasses import control, minute, motion, state

_ASSIGNED: Final = "-0000-1000-8000-00805f9b34fb"


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One published layout."""

    uuid: str
    name: str
    decode: Callable[[bytes], object]  # bytes in, a frozen record out, or MalformedValue


def short(uuid: str) -> str:
    """Return `2a37` for an assigned number, `6b730002` for one of a vendor's."""
    return uuid[4:8] if uuid.endswith(_ASSIGNED) else uuid[:8]


def characteristics() -> dict[str, Characteristic]:
    """Return what can be decoded, by short number."""
    return dict(_TABLE)


def _text(uuid: str, name: str) -> Characteristic:
    return Characteristic(uuid, name, device_information.decoder(uuid))


_TABLE: Final = {
    short(known.uuid): known
    for known in [
        Characteristic(alert_level.UUID, "Alert Level", alert_level.decode),
        Characteristic(battery_level.UUID, "Battery Level", battery_level.decode),
        Characteristic(current_time.UUID, "Current Time", current_time.decode),
        Characteristic(temperature.UUID, "Temperature Measurement", temperature.decode),
        _text(device_information.MODEL_NUMBER, "Model Number String"),
        _text(device_information.SERIAL_NUMBER, "Serial Number String"),
        _text(device_information.FIRMWARE_REVISION, "Firmware Revision String"),
        _text(device_information.HARDWARE_REVISION, "Hardware Revision String"),
        _text(device_information.SOFTWARE_REVISION, "Software Revision String"),
        _text(device_information.MANUFACTURER_NAME, "Manufacturer Name String"),
        Characteristic(
            blood_pressure.UUID, "Blood Pressure Measurement", blood_pressure.decode
        ),
        Characteristic(heart_rate.UUID, "Heart Rate Measurement", heart_rate.decode),
        Characteristic(
            body_sensor_location.UUID, "Body Sensor Location", body_sensor_location.decode
        ),
        Characteristic(spot_check.UUID, "PLX Spot-Check Measurement", spot_check.decode),
        Characteristic(weight.UUID, "Weight Measurement", weight.decode),
        Characteristic(motion.UUID, "Glasses Motion", motion.decode),
        Characteristic(minute.UUID, "Glasses Minute", minute.decode),
        Characteristic(state.UUID, "Glasses State", state.decode),
        Characteristic(control.UUID, "Glasses Control", control.decode),
    ]
}
