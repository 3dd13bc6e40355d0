"""Control of the glasses (6b730005): what they may forget, and what they should send again.

Layout: u8 operation, u32 argument.
"""

import struct
from enum import IntEnum
from typing import Final

import msgspec

from gateway.gatt.field import U8, U32
from gateway.gatt.layout import Layout

UUID: Final = "6b730005-6b69-4e64-8a74-657073000000"


class Operation(IntEnum):
    """What the glasses can be asked."""

    CONFIRM_SAMPLES = 0x01  # everything below the argument may be forgotten
    CONFIRM_MINUTES = 0x02  # the same, for minute summaries
    RESEND = 0x03  # continue with samples from the last confirmed counter


class Control(msgspec.Struct, frozen=True):
    """One request."""

    operation: Operation
    argument: int = 0


decode: Final = Layout(UUID, Control, U8.through(Operation), U32).read


def encode(control: Control) -> bytes:
    """Return the bytes to write to the device."""
    return struct.pack("<BI", control.operation, control.argument)
