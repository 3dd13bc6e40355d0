"""First Name (GATT 0x2A8A) of a device's user.

Layout: Bluetooth User Data Service 1.1; GATT Specification Supplement: UTF-8 text.
"""

from typing import Final

import msgspec

from gateway.gatt.errors import MalformedValue

UUID: Final = "00002a8a-0000-1000-8000-00805f9b34fb"


class FirstName(msgspec.Struct, frozen=True):
    """How the user is called: never kept, never sent anywhere."""

    text: str


def decode(value: bytes) -> FirstName:
    """Read the value; raise MalformedValue unless it is text."""
    try:
        return FirstName(value.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MalformedValue(UUID, value) from error
