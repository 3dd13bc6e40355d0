"""File Transfer (fb005c51 of FEEE): a message in packets, both ways.

Layout: the communication sources that Polar publishes with its BLE SDK (there "RFC76"). A
packet: u8 with bit 0 set unless it is the first, bits 1 and 2 for what follows (0 nothing: an
error code stands here; 1 nothing; 3 more), bits 4 to 7 counting the packets modulo 16; then a
part of the message, or u16 error, 0 for none.
"""

import struct
from collections.abc import Iterator
from typing import Final

import msgspec

from gateway.gatt.errors import MalformedValue

UUID: Final = "fb005c51-02e7-f387-1cad-8acd2d8df0c8"

_GOES_ON: Final = 0x01
_CODE, _LAST, _MORE = 0, 1, 3


class Packet(msgspec.Struct, frozen=True):
    """One part of a message, or how it ended."""

    number: int  # modulo 16
    is_first: bool
    more_follows: bool
    error: int | None  # 0: it went well; None: a part of the message
    part: bytes


def split(message: bytes, size: int) -> Iterator[bytes]:
    """Yield the packets of a message, none of more bytes than `size`."""
    parts = [message[at : at + size - 1] for at in range(0, len(message), size - 1)]
    for number, part in enumerate(parts):
        status = _LAST if number == len(parts) - 1 else _MORE
        yield bytes([(number & 0x0F) << 4 | status << 1 | (number > 0)]) + part


def decode(value: bytes) -> Packet:
    """Read one packet; raise MalformedValue if it is none."""
    try:
        return _decode(value)
    except (IndexError, struct.error) as error:
        raise MalformedValue(UUID, value) from error


def _decode(value: bytes) -> Packet:
    head, part = value[0], value[1:]
    number, is_first, status = head >> 4, not head & _GOES_ON, head >> 1 & 3
    if status == _CODE:
        (error,) = struct.unpack_from("<H", part)
        return Packet(number, is_first, False, error, b"")
    if status not in {_LAST, _MORE}:
        raise MalformedValue(UUID, value)
    return Packet(number, is_first, status == _MORE, None, part)
