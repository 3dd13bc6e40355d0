"""The CRC that a continuous glucose monitor puts behind its values, end to end.

Layout: Bluetooth CGM Service 1.0, section 3.11: CRC-CCITT, seed 0xFFFF, least significant bit
first (known elsewhere as CRC-16/MCRF4XX); its two bytes are little-endian.
"""

from typing import Final

from gateway.gatt.errors import MalformedValue

_REVERSED_POLYNOMIAL: Final = 0x8408
SIZE: Final = 2


def _step(crc: int) -> int:
    for _ in range(8):
        crc = crc >> 1 ^ (_REVERSED_POLYNOMIAL if crc & 1 else 0)
    return crc


_TABLE: Final = tuple(_step(byte) for byte in range(256))


def crc(value: bytes) -> int:
    """Return the CRC of all bytes."""
    remainder = 0xFFFF
    for byte in value:
        remainder = remainder >> 8 ^ _TABLE[(remainder ^ byte) & 0xFF]
    return remainder


def sealed(value: bytes) -> bytes:
    """Return the value with its CRC behind it."""
    return value + crc(value).to_bytes(SIZE, "little")


def body(uuid: str, value: bytes, size: int) -> bytes:
    """Return the value alone; raise MalformedValue for a CRC that is not its own."""
    if len(value) == size:
        return value
    alone = value[:size]
    if value != sealed(alone):
        raise MalformedValue(uuid, value)
    return alone
