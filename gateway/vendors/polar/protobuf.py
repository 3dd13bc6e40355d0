"""The two field types of Protocol Buffers that Polar's file transfer needs.

Layout: Protocol Buffers encoding, https://protobuf.dev/programming-guides/encoding. A field is
a varint of its number and wire type, then a varint (0), 8 bytes (1), a size and so many bytes
(2) or 4 bytes (5).
"""

from collections.abc import Iterator
from typing import Final

_LONGEST: Final = 10  # bytes of a varint
_FIXED: Final = {1: 8, 5: 4}


def number(field: int, value: int) -> bytes:
    """Return a field that holds a whole number from 0 on."""
    return _varint(field << 3) + _varint(value)


def text(field: int, value: str) -> bytes:
    """Return a field that holds text."""
    raw = value.encode()
    return _varint(field << 3 | 2) + _varint(len(raw)) + raw


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield every field's number and value; raise ValueError where the message is cut."""
    at = 0
    while at < len(message):
        key, at = _read(message, at)
        field, wire_type = key >> 3, key & 7
        if wire_type == 0:
            value, at = _read(message, at)
            yield field, value
            continue
        if wire_type == 2:
            size, at = _read(message, at)
        elif wire_type in _FIXED:
            size = _FIXED[wire_type]
        else:
            raise ValueError(f"wire type {wire_type}")
        if at + size > len(message):
            raise ValueError(f"a field of {size} bytes, {len(message) - at} there")
        yield field, message[at : at + size]
        at += size


def inner(value: int | bytes) -> dict[int, int | bytes]:
    """Return the last of each field of a message within; raise TypeError if it is none."""
    if isinstance(value, int):
        raise TypeError(f"{value} in place of a message")
    return dict(fields(value))


def whole(value: int | bytes) -> int:
    """Return a whole number; raise TypeError if it is none."""
    if isinstance(value, bytes):
        raise TypeError("bytes in place of a number")
    return value


def _varint(value: int) -> bytes:
    raw = bytearray()
    while value > 0x7F:
        raw.append(value & 0x7F | 0x80)
        value >>= 7
    raw.append(value)
    return bytes(raw)


def _read(message: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place, byte in enumerate(message[at : at + _LONGEST]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError("a number without an end")
