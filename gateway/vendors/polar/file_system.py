"""What can be asked of a Polar device's files and clock, and what it answers.

Layout: pftp_request.proto, pftp_response.proto and types.proto, published with Polar's BLE SDK.
An operation: u16 size, then 1: command, 2: path. A question: u16 number with bit 15 set. A
folder: 1: entries, each 1: name (with a slash behind if it is a folder), 2: size. A time: 1:
date of 1: year, 2: month, 3: day; 2: time of 1: hour, 2: minute, 3: second, 4: millisecond.
"""

import re
import struct
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Final

import msgspec

from gateway.gatt.errors import MalformedValue
from gateway.vendors.polar import packet, protobuf
from gateway.vendors.polar.kind import Kind

ROOT: Final = "/U/0/"  # a folder a day, in it R/, a folder a time, and the recordings

_RECORDING: Final = re.compile(r"(ACC|ECG|PPG)\d*\.REC")
_KINDS: Final = {"ACC": Kind.ACCELERATION, "ECG": Kind.ECG, "PPG": Kind.PPG}
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_QUESTION: Final = 0x8000
_LOCAL_TIME: Final = 4
_SECOND_US: Final = 1_000_000
_MILLISECOND_US: Final = 1000


class _Command(IntEnum):
    GET = 0
    REMOVE = 3


class Entry(msgspec.Struct, frozen=True):
    """A file, or a folder."""

    name: str
    size: int


class LocalTime(msgspec.Struct, frozen=True):
    """What its clock shows; it knows of no zone."""

    since_2000_us: int  # of that clock, as frames have it
    resolution_us: int


def get(path: str) -> bytes:
    """Return the order to send a file, or what a folder holds."""
    return _operation(_Command.GET, path)


def remove(path: str) -> bytes:
    """Return the order to forget a file."""
    return _operation(_Command.REMOVE, path)


def ask_time() -> bytes:
    """Return the question what its clock shows."""
    return struct.pack("<H", _QUESTION | _LOCAL_TIME)


def recorded(name: str) -> Kind | None:
    """Return what a file is a recording of, by its name; None: of nothing known here."""
    found = _RECORDING.fullmatch(name)
    return _KINDS[found[1]] if found else None


def entries(message: bytes) -> list[Entry]:
    """Read what a folder holds; raise MalformedValue if that is no folder."""
    try:
        return [_entry(each) for field, each in protobuf.fields(message) if field == 1]
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedValue(packet.UUID, message) from error


def local_time(message: bytes) -> LocalTime:
    """Read what the clock shows; raise MalformedValue if that is no time."""
    try:
        said = dict(protobuf.fields(message))
        date, time = protobuf.inner(said[1]), protobuf.inner(said[2])
        millis = time.get(4)
        us = 0 if millis is None else protobuf.whole(millis) * _MILLISECOND_US
        year, month, day = (protobuf.whole(date[n]) for n in (1, 2, 3))
        hour, minute, second = (protobuf.whole(time[n]) for n in (1, 2, 3))
        at = datetime(year, month, day, hour, minute, second, us, tzinfo=UTC)
    except (KeyError, OverflowError, TypeError, ValueError) as error:
        raise MalformedValue(packet.UUID, message) from error
    since_us = (at - _EPOCH) // timedelta(microseconds=1)
    return LocalTime(since_us, _SECOND_US if millis is None else _MILLISECOND_US)


def _operation(command: _Command, path: str) -> bytes:
    operation = protobuf.number(1, command) + protobuf.text(2, path)
    return struct.pack("<H", len(operation)) + operation


def _entry(message: int | bytes) -> Entry:
    said = protobuf.inner(message)
    name = said[1]
    if isinstance(name, int):
        raise TypeError("a number in place of a name")
    return Entry(name.decode(), protobuf.whole(said[2]))
