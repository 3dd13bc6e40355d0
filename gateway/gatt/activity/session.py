"""Physical Activity Session Descriptor (GATT 0x2B45): one session, or one part of it.

Layout: Bluetooth Physical Activity Monitor Service 1.0, section 3.11; see the folder for what
of it was checked.
"""

from typing import Final

import msgspec

from gateway.gatt.errors import MalformedValue
from gateway.gatt.layout import I16, U8, U16, U32, Layout

UUID: Final = "00002b45-0000-1000-8000-00805f9b34fb"

_WHOLE: Final = 0x01
_RUNNING: Final = 0x02
_DELETED: Final = 0x04

_START: Final = U32, I16
_END: Final = U32, I16
_WHOLE_RUNNING: Final = Layout(UUID, U8, U16, *_START)
_WHOLE_ENDED: Final = Layout(UUID, U8, U16, *_START, *_END)
_PART_RUNNING: Final = Layout(UUID, U8, U16, U16, *_START)
_PART_ENDED: Final = Layout(UUID, U8, U16, U16, *_START, *_END)


class Session(msgspec.Struct, frozen=True):
    """A session, or a part of one; times as the device counts them."""

    session: int
    sub_session: int | None  # None: the session as a whole
    started: int
    started_offset: int
    ended: int | None  # None: it runs
    ended_offset: int | None
    is_deleted: bool


def decode(value: bytes) -> Session:
    """Read one indication; raise MalformedValue if it does not end where its flags say."""
    if not value:
        raise MalformedValue(UUID, value)
    runs, part = bool(value[0] & _RUNNING), None
    if value[0] & _WHOLE:
        flags, session, *times = (_WHOLE_RUNNING if runs else _WHOLE_ENDED).read(value)
    else:
        flags, session, part, *times = (_PART_RUNNING if runs else _PART_ENDED).read(value)
    started, started_offset, *ends = times
    ended, ended_offset = ends or (None, None)
    deleted = bool(flags & _DELETED)
    return Session(session, part, started, started_offset, ended, ended_offset, deleted)
