"""Regulatory Certification Data List (GATT 0x2A2A): what a device is certified for.

Layout: Bluetooth Device Information Service 1.1, section 3.8, which leaves it to IEEE
11073-20601: u16 count, u16 length, then so many records of u8 body, u8 kind, u16 length, data.
Everything in it is big-endian.
"""

import struct
from typing import Final

import msgspec

from gateway.gatt.errors import MalformedValue

UUID: Final = "00002a2a-0000-1000-8000-00805f9b34fb"

_LIST: Final = struct.Struct(">HH")
_ENTRY: Final = struct.Struct(">BBH")


class Certification(msgspec.Struct, frozen=True):
    """One certification, its data as it came."""

    authority: int  # 1 is unspecified, 2 Continua
    kind: int
    data: bytes


class RegulatoryData(msgspec.Struct, frozen=True):
    """All of a device's certifications."""

    certifications: tuple[Certification, ...]


def decode(value: bytes) -> RegulatoryData:
    """Read the value; raise MalformedValue if it does not hold what it announces."""
    try:
        count, size = _LIST.unpack_from(value)
        if size != len(value) - _LIST.size:
            raise MalformedValue(UUID, value)
        return RegulatoryData(_entries(value[_LIST.size :], count))
    except (struct.error, ValueError) as error:
        raise MalformedValue(UUID, value) from error


def _entries(value: bytes, count: int) -> tuple[Certification, ...]:
    entries: list[Certification] = []
    while value:
        authority, kind, size = _ENTRY.unpack_from(value)
        data = value[_ENTRY.size : _ENTRY.size + size]
        if len(data) != size:
            raise ValueError(f"{size} bytes of data announced, {len(data)} there")
        entries.append(Certification(authority, kind, data))
        value = value[_ENTRY.size + size :]
    if len(entries) != count:
        raise ValueError(f"{count} certifications announced, {len(entries)} there")
    return tuple(entries)
