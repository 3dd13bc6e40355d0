"""A recording that a Polar device made while nobody listened, read as its bytes come.

Layout: the communication sources that Polar publishes with its BLE SDK. u8 encryption, 0 for
none; u32 signature, u32 version, 8 bytes; 20 bytes of text with the time it began; u8 size and
the settings as at the control point; u8 size and the key's description. Then frames as they are
notified (fb005c82), each with its u16 size before it.
"""

import struct
from typing import Final

import msgspec

from gateway.gatt.errors import MalformedValue
from gateway.vendors.polar import data, packet
from gateway.vendors.polar.control_point import Setting, choices
from gateway.vendors.polar.data import Data

_SIGNATURE: Final = 0x3D7C4C2B
_FIXED: Final = struct.Struct("<BII8x20s")
_SIZE: Final = struct.Struct("<H")


class Header(msgspec.Struct, frozen=True):
    """How it was recorded."""

    settings: dict[Setting, float]


class Recording:
    """One file."""

    def __init__(self) -> None:
        self._unread = b""
        self.header: Header | None = None

    def feed(self, part: bytes) -> list[Data]:
        """Return the frames that are complete by now; raise MalformedValue if it is none."""
        self._unread += part
        if self.header is None:
            self._read_header()
        frames: list[Data] = []
        while self.header and len(self._unread) >= _SIZE.size:
            (size,) = _SIZE.unpack_from(self._unread)
            end = _SIZE.size + size
            if len(self._unread) < end:
                break
            frames.append(data.decode(self._unread[_SIZE.size : end]))
            self._unread = self._unread[end:]
        return frames

    @property
    def is_whole(self) -> bool:
        """Tell whether it does not break off."""
        return self.header is not None and not self._unread

    def _read_header(self) -> None:
        head = self._unread
        if len(head) <= _FIXED.size:
            return
        encryption, signature, _, _ = _FIXED.unpack_from(head)
        if encryption or signature != _SIGNATURE:
            raise MalformedValue(packet.UUID, head[: _FIXED.size])
        described = _FIXED.size + 1 + head[_FIXED.size]
        if len(head) <= described:
            return
        end = described + 1 + head[described]
        if len(head) < end:
            return
        self.header = Header(_settings(head[_FIXED.size + 1 : described]))
        self._unread = head[end:]


def _settings(value: bytes) -> dict[Setting, float]:
    try:
        return {each.setting: each.values[0] for each in choices(value) if each.values}
    except (LookupError, struct.error) as error:
        raise MalformedValue(packet.UUID, value) from error
