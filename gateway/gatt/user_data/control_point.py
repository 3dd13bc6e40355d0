"""User Control Point (GATT 0x2A9F): register with a device, and consent to be its user.

Layout: Bluetooth User Data Service 1.1, section 3.2: u8 operation and its parameters. The
consent code is a number of four digits.
"""

from enum import IntEnum
from functools import partial
from typing import Final

import msgspec

from gateway.gatt.errors import MalformedValue
from gateway.gatt.field import U8, U16
from gateway.gatt.layout import Layout

UUID: Final = "00002a9f-0000-1000-8000-00805f9b34fb"


class Operation(IntEnum):
    """Orders, and the answer to them."""

    REGISTER = 0x01
    CONSENT = 0x02
    DELETE_DATA = 0x03
    LIST_USERS = 0x04
    DELETE_USER = 0x05
    RESPONSE = 0x20


class Result(IntEnum):
    """What became of an order."""

    SUCCESS = 1
    OPERATION_NOT_SUPPORTED = 2
    INVALID_PARAMETER = 3
    FAILED = 4
    NOT_AUTHORIZED = 5


class UserControl(msgspec.Struct, frozen=True):
    """One order or answer; what it does not carry is None."""

    operation: Operation
    user: int | None = None
    consent_code: int | None = None
    order: Operation | None = None  # that a response is to
    result: Result | None = None
    users: bytes = b""  # what a list of users answers with, as it came


_OPERATIONS: Final = {member.value: member for member in Operation}
_RESULTS: Final = {member.value: member for member in Result}
_EMPTY: Final = Layout(UUID, tuple, U8.skipped())
_CODE: Final = Layout(UUID, int, U8.skipped(), U16)
_USER: Final = Layout(UUID, int, U8.skipped(), U8)
_CONSENT: Final = Layout(UUID, partial(UserControl, Operation.CONSENT), U8.skipped(), U8, U16)


def encode_consent(user: int, consent_code: int) -> bytes:
    """Return the bytes that make a gateway act for a user."""
    return bytes([Operation.CONSENT, user]) + consent_code.to_bytes(2, "little")


def decode(value: bytes) -> UserControl:
    """Read an order or an answer; raise MalformedValue if it is neither."""
    operation = _OPERATIONS.get(value[0]) if value else None
    match operation:
        case None:
            raise MalformedValue(UUID, value)
        case Operation.REGISTER:
            return UserControl(operation, consent_code=_CODE.read(value))
        case Operation.CONSENT:
            return _CONSENT.read(value)
        case Operation.DELETE_USER:
            return UserControl(operation, user=_USER.read(value))
        case Operation.RESPONSE:
            return _response(value)
        case _:
            _EMPTY.read(value)
            return UserControl(operation)


def _response(value: bytes) -> UserControl:
    if len(value) < 3:
        raise MalformedValue(UUID, value)
    order, result = _OPERATIONS.get(value[1]), _RESULTS.get(value[2])
    if order is Operation.LIST_USERS and result is Result.SUCCESS:
        return UserControl(Operation.RESPONSE, None, None, order, result, value[3:])
    if order is Operation.REGISTER and result is Result.SUCCESS and len(value) == 4:
        return UserControl(Operation.RESPONSE, value[3], None, order, result)
    if len(value) != 3:
        raise MalformedValue(UUID, value)
    return UserControl(Operation.RESPONSE, None, None, order, result)
