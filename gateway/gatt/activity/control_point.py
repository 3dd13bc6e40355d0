"""Physical Activity Monitor Control Point (GATT 0x2B43): sessions begun, ended and fetched.

Layout: Bluetooth Physical Activity Monitor Service 1.0, section 3.9: u8 operation, parameters.
"""

from enum import IntEnum
from typing import Final

import msgspec

from gateway.gatt.errors import MalformedValue

UUID: Final = "00002b43-0000-1000-8000-00805f9b34fb"


class Operation(IntEnum):
    """Orders, and the answers to them."""

    ENQUIRE_SESSIONS = 0x01
    ENQUIRE_SUB_SESSIONS = 0x02
    GET_ENDED_SESSION = 0x03
    START = 0x04
    STOP = 0x05
    DELETE_ENDED_SESSION = 0x06
    SET_ACTIVITY_TYPE = 0x07
    ENDED_SESSION_SENT = 0xFA
    SUB_SESSIONS_SENT = 0xFB
    SESSIONS_SENT = 0xFC
    ENDED_SESSION_REFUSED = 0xFD
    SUB_SESSIONS_REFUSED = 0xFE
    SESSIONS_REFUSED = 0xFF


class ActivityControl(msgspec.Struct, frozen=True):
    """One order or answer, its parameters as they came."""

    operation: Operation
    parameters: bytes


_OPERATIONS: Final = {member.value: member for member in Operation}


def decode(value: bytes) -> ActivityControl:
    """Read an order or an answer; raise MalformedValue if it is neither."""
    operation = _OPERATIONS.get(value[0]) if value else None
    if operation is None:
        raise MalformedValue(UUID, value)
    return ActivityControl(operation, value[1:])
