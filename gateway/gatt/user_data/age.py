"""Age (GATT 0x2A80) of a device's user.

Layout: Bluetooth User Data Service 1.1; GATT Specification Supplement.
"""

from typing import Final

import msgspec

from gateway.gatt.layout import U8, Layout

UUID: Final = "00002a80-0000-1000-8000-00805f9b34fb"

_LAYOUT: Final = Layout(UUID, U8)


class Age(msgspec.Struct, frozen=True):
    """How old the user is."""

    years: int


def decode(value: bytes) -> Age:
    """Read the value; raise MalformedValue unless it is one byte."""
    return Age(*_LAYOUT.read(value))
