"""System ID (GATT 0x2A23): who made a device and which one it is, as an EUI-64.

Layout: Bluetooth Device Information Service 1.1, section 3.7: a 40-bit number of the maker's
and the maker's own 24 bits.
"""

from typing import Final

import msgspec

from gateway.gatt.layout import U24, Field, Layout

UUID: Final = "00002a23-0000-1000-8000-00805f9b34fb"

_LAYOUT: Final = Layout(UUID, Field("5s", lambda raw: int.from_bytes(raw, "little")), U24)


class SystemId(msgspec.Struct, frozen=True):
    """Both halves in hexadecimal, most significant digit first."""

    device: str
    maker: str  # an organizationally unique identifier


def decode(value: bytes) -> SystemId:
    """Read the value; raise MalformedValue unless it is eight bytes."""
    device, maker = _LAYOUT.read(value)
    return SystemId(f"{device:010x}", f"{maker:06x}")
