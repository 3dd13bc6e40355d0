"""Every service whose characteristics can be decoded."""

from typing import Final

from gateway.gatt import (
    activity,
    alert_level,
    battery_level,
    blood_pressure,
    body_composition,
    cgm,
    current_time,
    device_information,
    glasses,
    glucose,
    heart_rate,
    oximeter,
    pnp_id,
    regulatory_data,
    running,
    system_id,
    thermometer,
    user_data,
    weight_scale,
)
from gateway.gatt.service import Characteristic, Service, assigned, short
from gateway.vendors import colmi, infinitime, polar


def _text(uuid: str, name: str) -> Characteristic:
    return Characteristic(uuid, name, device_information.decoder(uuid))


_BATTERY: Final = Service(
    assigned(0x180F),
    "Battery",
    (Characteristic(battery_level.UUID, "Battery Level", battery_level.decode),),
)
_DEVICE_INFORMATION: Final = Service(
    assigned(0x180A),
    "Device Information",
    (
        Characteristic(system_id.UUID, "System ID", system_id.decode),
        _text(device_information.MODEL_NUMBER, "Model Number String"),
        _text(device_information.SERIAL_NUMBER, "Serial Number String"),
        _text(device_information.FIRMWARE_REVISION, "Firmware Revision String"),
        _text(device_information.HARDWARE_REVISION, "Hardware Revision String"),
        _text(device_information.SOFTWARE_REVISION, "Software Revision String"),
        _text(device_information.MANUFACTURER_NAME, "Manufacturer Name String"),
        Characteristic(
            regulatory_data.UUID,
            "IEEE 11073-20601 Regulatory Certification Data List",
            regulatory_data.decode,
        ),
        Characteristic(pnp_id.UUID, "PnP ID", pnp_id.decode),
    ),
)
_CURRENT_TIME: Final = Service(
    assigned(0x1805),
    "Current Time",
    (Characteristic(current_time.UUID, "Current Time", current_time.decode),),
)
_IMMEDIATE_ALERT: Final = Service(
    assigned(0x1802),
    "Immediate Alert",
    (Characteristic(alert_level.UUID, "Alert Level", alert_level.decode),),
)

SERVICES: Final = (
    heart_rate.SERVICE,
    oximeter.SERVICE,
    thermometer.SERVICE,
    blood_pressure.SERVICE,
    weight_scale.SERVICE,
    body_composition.SERVICE,
    glucose.SERVICE,
    cgm.SERVICE,
    running.SERVICE,
    activity.SERVICE,
    user_data.SERVICE,
    _BATTERY,
    _DEVICE_INFORMATION,
    _CURRENT_TIME,
    _IMMEDIATE_ALERT,
    glasses.SERVICE,
    polar.SERVICE,
    polar.FILES,
    infinitime.SERVICE,
    colmi.SERVICE,
)


def characteristics() -> dict[str, Characteristic]:
    """Return what can be decoded, by short number."""
    return {short(each.uuid): each for service in SERVICES for each in service.characteristics}
