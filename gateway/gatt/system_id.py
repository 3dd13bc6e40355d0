"""System ID (GATT 0x2A23): who made a device and which one it is, as an EUI-64.

Layout: Bluetooth Device Information Service 1.1, section 3.7: a 40-bit number of the maker's
and the maker's own 24 bits.
"""

from typing import Final

import msgspec

from gateway.gatt.field import U24, U40
from gateway.gatt.layout import Layout

UUID: Final = "00002a23-0000-1000-8000-00805f9b34fb"


class SystemId(msgspec.Struct, frozen=True):
    """Both halves in hexadecimal, most significant digit first."""

    device: str
    maker: str  # an organizationally unique identifier


decode: Final = Layout(
    UUID, SystemId, U40.through("{:010x}".format), U24.through("{:06x}".format)
).read
