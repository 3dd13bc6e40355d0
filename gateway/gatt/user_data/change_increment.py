"""Database Change Increment (GATT 0x2A99): how often the user's data changed.

Layout: Bluetooth User Data Service 1.1; GATT Specification Supplement.
"""

from typing import Final

import msgspec

from gateway.gatt.layout import U32, Layout

UUID: Final = "00002a99-0000-1000-8000-00805f9b34fb"

_LAYOUT: Final = Layout(UUID, U32)


class ChangeIncrement(msgspec.Struct, frozen=True):
    """A number that grows with every change."""

    changes: int


def decode(value: bytes) -> ChangeIncrement:
    """Read the value; raise MalformedValue unless it is four bytes."""
    return ChangeIncrement(*_LAYOUT.read(value))
