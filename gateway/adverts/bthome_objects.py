"""The table of BTHome version 2: what an object's number means, how long it is and its scale.

Layout: bthome.io/format, version 2.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Object:
    """One row of the table."""

    name: str
    unit: str
    size: int  # bytes; 0: the first byte says how many follow
    per_unit: float = 1  # the number is divided by it
    signed: bool = False


_BINARY: Final = {
    0x0F: "generic", 0x10: "power", 0x11: "opening", 0x15: "battery_low", 0x16: "charging",
    0x17: "carbon_monoxide", 0x18: "cold", 0x19: "connected", 0x1A: "door", 0x1B: "garage_door",
    0x1C: "gas_detected", 0x1D: "heat", 0x1E: "light", 0x1F: "lock", 0x20: "wet",
    0x21: "motion", 0x22: "moving", 0x23: "occupied", 0x24: "plugged", 0x25: "present",
    0x26: "problem", 0x27: "running", 0x28: "safe", 0x29: "smoke", 0x2A: "sound",
    0x2B: "tampered", 0x2C: "vibration", 0x2D: "window",
}  # fmt: skip

OBJECTS: Final = {
    **{number: Object(name, "bool", 1) for number, name in _BINARY.items()},
    0x00: Object("packet", "count", 1),
    0x01: Object("battery", "percent", 1),
    0x02: Object("temperature", "°C", 2, 100, signed=True),
    0x03: Object("humidity", "percent", 2, 100),
    0x04: Object("pressure", "hPa", 3, 100),
    0x05: Object("illuminance", "lx", 3, 100),
    0x06: Object("mass", "kg", 2, 100),
    0x07: Object("mass", "lb", 2, 100),
    0x08: Object("dewpoint", "°C", 2, 100, signed=True),
    0x09: Object("count", "count", 1),
    0x0A: Object("energy", "kWh", 3, 1000),
    0x0B: Object("power", "W", 3, 100),
    0x0C: Object("voltage", "V", 2, 1000),
    0x0D: Object("pm2_5", "ug/m3", 2),
    0x0E: Object("pm10", "ug/m3", 2),
    0x12: Object("co2", "ppm", 2),
    0x13: Object("tvoc", "ug/m3", 2),
    0x14: Object("moisture", "percent", 2, 100),
    0x2E: Object("humidity", "percent", 1),
    0x2F: Object("moisture", "percent", 1),
    0x3A: Object("button", "event", 1),
    0x3C: Object("dimmer", "event", 2),
    0x3D: Object("count", "count", 2),
    0x3E: Object("count", "count", 4),
    0x3F: Object("rotation", "deg", 2, 10, signed=True),
    0x40: Object("distance", "mm", 2),
    0x41: Object("distance", "m", 2, 10),
    0x42: Object("duration", "s", 3, 1000),
    0x43: Object("current", "A", 2, 1000),
    0x44: Object("speed", "m/s", 2, 100),
    0x45: Object("temperature", "°C", 2, 10, signed=True),
    0x46: Object("uv_index", "index", 1, 10),
    0x47: Object("volume", "L", 2, 10),
    0x48: Object("volume", "mL", 2),
    0x49: Object("flow", "m3/h", 2, 1000),
    0x4A: Object("voltage", "V", 2, 10),
    0x4B: Object("gas", "m3", 3, 1000),
    0x4C: Object("gas", "m3", 4, 1000),
    0x4D: Object("energy", "kWh", 4, 1000),
    0x4E: Object("volume", "L", 4, 1000),
    0x4F: Object("water", "L", 4, 1000),
    0x50: Object("time", "s", 4),
    0x51: Object("acceleration", "m/s2", 2, 1000),
    0x52: Object("angular_velocity", "deg/s", 2, 1000),
    0x53: Object("text", "text", 0),
    0x54: Object("raw", "hex", 0),
    0x55: Object("stored_volume", "L", 4, 1000),
    0x56: Object("conductivity", "uS/cm", 2),
    0x57: Object("temperature", "°C", 1, signed=True),
    0x58: Object("temperature", "°C", 1, 20 / 7, signed=True),  # in steps of 0.35
    0x59: Object("count", "count", 1, signed=True),
    0x5A: Object("count", "count", 2, signed=True),
    0x5B: Object("count", "count", 4, signed=True),
    0x5C: Object("power", "W", 4, 100, signed=True),
    0x5D: Object("current", "A", 2, 1000, signed=True),
    0x5E: Object("direction", "deg", 2, 100),
    0x5F: Object("precipitation", "mm", 2, 10),
    0x60: Object("channel", "number", 1),
    0x61: Object("rotation_rate", "rpm", 2),
    0xF0: Object("device_type", "number", 2),
    0xF1: Object("firmware", "number", 4),
    0xF2: Object("firmware", "number", 3),
}
