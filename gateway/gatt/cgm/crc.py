"""The CRC that a continuous glucose monitor puts behind its values, end to end.

Layout: Bluetooth CGM Service 1.0, section 3.11: CRC-CCITT, seed 0xFFFF, least significant bit
first (known elsewhere as CRC-16/MCRF4XX); its two bytes are little-endian.
"""

from binascii import crc_hqx
from collections.abc import Callable
from typing import Final, TypeVar

from gateway.gatt.errors import MalformedValue
from gateway.gatt.layout import Layout

R = TypeVar("R")

SIZE: Final = 2
_SEED: Final = 0xFFFF
#: The standard library has the CRC that begins with the most significant bit.
_MIRRORED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def crc(value: bytes) -> bytes:
    """Return the CRC of all bytes, as it stands behind them."""
    mirrored = crc_hqx(value.translate(_MIRRORED), _SEED)
    return mirrored.to_bytes(SIZE, "big").translate(_MIRRORED)


def sealed(value: bytes) -> bytes:
    """Return the value with its CRC behind it."""
    return value + crc(value)


def body(uuid: str, value: bytes, size: int) -> bytes:
    """Return the value alone; raise MalformedValue for a CRC that is not its own."""
    if len(value) == size:
        return value
    alone = value[:size]
    if value[size:] != crc(alone):
        raise MalformedValue(uuid, value)
    return alone


def checked(layout: Layout[R]) -> Callable[[bytes], R]:
    """Return the decode() of a layout of one length that a CRC may follow."""
    size = layout.size(b"")

    def decode(value: bytes) -> R:
        return layout.read(body(layout.uuid, value, size))

    return decode
