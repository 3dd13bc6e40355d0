"""PMD Control Point (fb005c81): what can be measured and how, and to begin and end it.

Layout: Polar Measurement Data Specification; recordings: the communication sources that Polar
publishes with its BLE SDK. Orders: u8 order, u8 kind with 0x80 for a recording, settings.
Answers: 0xF0, u8 order, u8 kind, u8 status, then u8 "more follows" and settings. What is under
way is asked for without a kind and told as u8 each: 6 bits of kind, 0x40 live, 0x80 recorded.
Read: 0x0F, bits of kinds.
A setting: u8 type, u8 count, values of a width that the type decides.
"""

import struct
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Final, TypeAlias

import msgspec

from gateway.gatt.errors import MalformedValue
from gateway.vendors.polar.kind import Kind

UUID: Final = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"


class Order(IntEnum):
    """What can be asked."""

    GET_SETTINGS = 1
    START = 2
    STOP = 3  # of a kind, live or recorded: without 0x80
    TELL_UNDER_WAY = 5


class Status(IntEnum):
    """What became of an order."""

    SUCCESS = 0
    UNKNOWN_ORDER = 1
    UNKNOWN_KIND = 2
    NOT_SUPPORTED = 3
    INVALID_LENGTH = 4
    INVALID_PARAMETER = 5
    ALREADY_SO = 6
    INVALID_RESOLUTION = 7
    INVALID_SAMPLE_RATE = 8
    INVALID_RANGE = 9
    INVALID_MTU = 10
    INVALID_CHANNELS = 11
    INVALID_STATE = 12
    IN_CHARGER = 13


class Setting(IntEnum):
    """What can be chosen."""

    SAMPLE_RATE_HZ = 0
    RESOLUTION_BITS = 1
    RANGE = 2
    RANGE_MILLI = 3
    CHANNELS = 4
    FACTOR = 5


class Choice(msgspec.Struct, frozen=True):
    """One setting and the values it may have."""

    setting: Setting
    values: tuple[float, ...]


class Features(msgspec.Struct, frozen=True):
    """What this device can measure."""

    kinds: tuple[Kind, ...]


class UnderWay(msgspec.Struct, frozen=True):
    """What is measured of one kind this moment."""

    kind: Kind | None  # None: a number this table does not have
    live: bool
    recorded: bool


class Request(msgspec.Struct, frozen=True):
    """One order."""

    order: Order
    kind: Kind | None  # None: none, or a number this table does not have
    choices: tuple[Choice, ...]
    recorded: bool = False


class Response(msgspec.Struct, frozen=True):
    """What became of an order."""

    order: Order | None  # None: a number this table does not have
    kind: Kind | None
    status: Status | None
    more_follows: bool
    choices: tuple[Choice, ...]
    recorded: bool = False
    under_way: tuple[UnderWay, ...] = ()


Control: TypeAlias = Features | Request | Response

_FEATURES: Final = 0x0F
_RESPONSE: Final = 0xF0
_RECORDED: Final = 0x80
_LIVE: Final = 0x40
_KIND: Final = 0x3F
_ORDERS: Final = {member.value: member for member in Order}
_KINDS: Final = {member.value: member for member in Kind}
_STATUSES: Final = {member.value: member for member in Status}
_CODES: Final = {
    Setting.SAMPLE_RATE_HZ: "H",
    Setting.RESOLUTION_BITS: "H",
    Setting.RANGE: "H",
    Setting.RANGE_MILLI: "I",
    Setting.CHANNELS: "B",
    Setting.FACTOR: "f",
}
_CODES_BY_NUMBER: Final = {setting.value: (setting, code) for setting, code in _CODES.items()}


def encode(
    order: Order,
    kind: Kind,
    chosen: Mapping[Setting, float] | None = None,
    *,
    recorded: bool = False,
) -> bytes:
    """Return the bytes to write to the device, one value a setting."""
    value = bytes([order, kind | _RECORDED if recorded else kind])
    for setting, choice in (chosen or {}).items():
        number = choice if _CODES[setting] == "f" else int(choice)
        value += struct.pack(f"<BB{_CODES[setting]}", setting, 1, number)
    return value


def ask_under_way() -> bytes:
    """Return the question what is measured this moment."""
    return bytes([Order.TELL_UNDER_WAY])


def decode(value: bytes) -> Control:
    """Read an order, an answer or the features; raise MalformedValue if it is none."""
    try:
        return _decode(value)
    except (LookupError, struct.error, ValueError) as error:
        raise MalformedValue(UUID, value) from error


def _decode(value: bytes) -> Control:
    if value[0] == _FEATURES:
        bits = int.from_bytes(value[1:], "little")
        return Features(tuple([kind for kind in Kind if bits >> kind & 1]))
    if value[0] == _RESPONSE:
        return _response(value)
    if value[0] == Order.TELL_UNDER_WAY:
        return Request(Order.TELL_UNDER_WAY, None, ())
    recorded, kind = bool(value[1] & _RECORDED), _KINDS.get(value[1] & _KIND)
    return Request(Order(value[0]), kind, tuple(choices(value[2:])), recorded)


def _response(value: bytes) -> Response:
    _, order, kind, status, *more = value[:5]
    tells = order == Order.TELL_UNDER_WAY
    return Response(
        _ORDERS.get(order),
        None if tells else _KINDS.get(kind & _KIND),
        _STATUSES.get(status),
        any(more),
        () if tells else tuple(choices(value[5:])),
        bool(kind & _RECORDED),
        tuple([_under_way(each) for each in value[5:]]) if tells else (),
    )


def _under_way(raw: int) -> UnderWay:
    return UnderWay(_KINDS.get(raw & _KIND), bool(raw & _LIVE), bool(raw & _RECORDED))


def choices(value: bytes) -> Iterator[Choice]:
    """Yield settings; raise LookupError or struct.error where they are none."""
    at = 0
    while at < len(value):
        (setting, code), count = _CODES_BY_NUMBER[value[at]], value[at + 1]
        packed = f"<{count}{code}"  # the struct module keeps those that it met
        yield Choice(setting, struct.unpack_from(packed, value, at + 2))
        at += 2 + struct.calcsize(packed)
