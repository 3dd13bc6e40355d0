"""Physical Activity Current Session (GATT 0x2B44): what the monitor counts into now.

Layout: Bluetooth Physical Activity Monitor Service 1.0, section 3.10; see the folder for what
of it was checked.
"""

from typing import Final

import msgspec

from gateway.gatt.field import FLAGS_8, I16, U16, U32, bit
from gateway.gatt.layout import Layout

UUID: Final = "00002b44-0000-1000-8000-00805f9b34fb"

_RUNNING: Final = 0x01


class CurrentSession(msgspec.Struct, frozen=True):
    """The session that runs, or ran last; times as the device counts them."""

    is_running: bool
    session: int
    started: int
    started_offset: int
    sub_session: int
    sub_started: int
    sub_started_offset: int


decode: Final = Layout(
    UUID,
    CurrentSession,
    FLAGS_8.announcing(0xFF),
    bit(_RUNNING),
    U16,
    U32,
    I16,
    U16,
    U32,
    I16,
).read
