"""Physical Activity Session Descriptor (GATT 0x2B45): one session, or one part of it.

Layout: Bluetooth Physical Activity Monitor Service 1.0, section 3.11; see the folder for what
of it was checked.
"""

from typing import Final

import msgspec

from gateway.gatt.field import FLAGS_8, I16, U16, U32, Either, bit
from gateway.gatt.layout import Layout

UUID: Final = "00002b45-0000-1000-8000-00805f9b34fb"

_WHOLE: Final = 0x01
_RUNNING: Final = 0x02
_DELETED: Final = 0x04


class Session(msgspec.Struct, frozen=True):
    """A session, or a part of one; times as the device counts them."""

    session: int
    sub_session: int | None  # None: the session as a whole
    started: int
    started_offset: int
    ended: int | None  # None: it runs
    ended_offset: int | None
    is_deleted: bool


decode: Final = Layout(
    UUID,
    Session,
    FLAGS_8.announcing(0xFF),
    U16,
    Either(_WHOLE, None, U16),
    U32,
    I16,
    Either(_RUNNING, None, U32),
    Either(_RUNNING, None, I16),
    bit(_DELETED),
).read
