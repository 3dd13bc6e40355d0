"""Control of the glasses (6b730005): what they may forget, and what they should send again.

Layout: u8 operation, u32 argument.
"""

import struct
from enum import IntEnum
from typing import Final

import msgspec

from gateway.gatt.errors import MalformedValue

UUID: Final = "6b730005-6b69-4e64-8a74-657073000000"

_LAYOUT: Final = struct.Struct("<BI")


class Operation(IntEnum):
    """What the glasses can be asked."""

    CONFIRM_SAMPLES = 0x01  # everything below the argument may be forgotten
    CONFIRM_MINUTES = 0x02  # the same, for minute summaries
    RESEND = 0x03  # continue with samples from the last confirmed counter


class Control(msgspec.Struct, frozen=True):
    """One request."""

    operation: Operation
    argument: int = 0


def encode(control: Control) -> bytes:
    """Return the bytes to write to the device."""
    return _LAYOUT.pack(control.operation, control.argument)


def decode(value: bytes) -> Control:
    """Read a request; raise MalformedValue if it is none."""
    if len(value) != _LAYOUT.size:
        raise MalformedValue(UUID, value)
    operation, argument = _LAYOUT.unpack(value)
    if operation not in set(Operation):
        raise MalformedValue(UUID, value)
    return Control(Operation(operation), argument)
