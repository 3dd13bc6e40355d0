"""Device Information strings (GATT 0x2A24-0x2A29): who made the device and which one it is.

Layout: Bluetooth Device Information Service 1.1, section 3: UTF-8 text each.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from gateway.gatt.errors import MalformedValue

MODEL_NUMBER: Final = "00002a24-0000-1000-8000-00805f9b34fb"
SERIAL_NUMBER: Final = "00002a25-0000-1000-8000-00805f9b34fb"
FIRMWARE_REVISION: Final = "00002a26-0000-1000-8000-00805f9b34fb"
HARDWARE_REVISION: Final = "00002a27-0000-1000-8000-00805f9b34fb"
SOFTWARE_REVISION: Final = "00002a28-0000-1000-8000-00805f9b34fb"
MANUFACTURER_NAME: Final = "00002a29-0000-1000-8000-00805f9b34fb"


class Information(msgspec.Struct, frozen=True):
    """One line of text about the device."""

    text: str


def decoder(uuid: str) -> Callable[[bytes], Information]:
    """Return the decode() of one of the strings above."""

    def decode(value: bytes) -> Information:
        try:
            # Firmware written in C often hands over its terminator and padding too.
            return Information(value.rstrip(b"\0").decode("utf-8").strip())
        except UnicodeDecodeError as error:
            raise MalformedValue(uuid, value) from error

    return decode


decode_serial_number: Final = decoder(SERIAL_NUMBER)
