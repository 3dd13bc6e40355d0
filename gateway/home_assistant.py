"""What Home Assistant must be told to show a device by itself, and to forget nothing.

Layout: https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery
"""

import importlib.metadata
from typing import Any, Final

import msgspec

from gateway import wire
from gateway.last_values import LastValue

#: Where it says that it is there, and has forgotten what it was told.
BIRTH: Final = "homeassistant/status"
BORN: Final = b"online"

_UNITS: Final = {"percent": "%", "celsius": "°C"}
_CLASSES: Final = {"battery": "battery", "temperature": "temperature", "weight": "weight"}
_FRESH_S: Final = {"heart_rate": 120, "rr": 120, "spo2": 120}  # then it is not known any more


def topic(gateway: str, value: LastValue) -> str:
    """Return where a stream is introduced; a gateway may do so under its own name only."""
    # A component's id has no colon, a device's name may.
    name = f"{value.device}_{value.stream}".replace(":", "-")
    return f"homeassistant/sensor/{wire.check_gateway(gateway)}/{name}/config"


def introduction(gateway: str, value: LastValue) -> bytes:
    """Return how a stream of a device is to be shown."""
    said_at = wire.last_value_topic(gateway, value.device, value.stream)
    shown: dict[str, Any] = {
        "name": value.stream.replace("_", " ").capitalize(),
        "unique_id": f"{gateway}_{value.device}_{value.stream}",
        "state_topic": said_at,
        "value_template": "{{ value_json.value }}",
        "json_attributes_topic": said_at,
        "unit_of_measurement": _UNITS.get(value.unit, value.unit),
        "state_class": "measurement",
        "device": {"identifiers": [f"kindstep_{value.device}"], "name": value.device},
        "origin": {"name": "kindstep", "sw_version": importlib.metadata.version("kindstep")},
    }
    if value.stream in _CLASSES:
        shown["device_class"] = _CLASSES[value.stream]
    if value.stream in _FRESH_S:
        shown["expire_after"] = _FRESH_S[value.stream]
    return msgspec.json.encode(shown)
