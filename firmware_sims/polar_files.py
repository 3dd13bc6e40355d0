"""The files of a Polar device, written from what its maker publishes of the transfer.

Asked for a path or a time in one message, it answers with another; both go in packets.
"""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

_GET: Final = 0
_REMOVE: Final = 3
_LOCAL_TIME: Final = 0x8004
_NOT_THERE: Final = 103
_NOT_KNOWN: Final = 201
_LAST: Final = 0x02
_MORE: Final = 0x06
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)


def moment(clock_ns: int) -> datetime:
    """Return what a clock shows that counts from 2000 on."""
    return _EPOCH + timedelta(microseconds=clock_ns // 1000)


class Files:
    """What is kept, by path."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.read: list[str] = []  # recordings, as often as they were asked for
        self.removed: list[str] = []
        self.sent: dict[str, bytes] = {}
        self._asked = b""

    def hear(self, packet: bytes) -> bytes | None:
        """Take a packet; return the message once it is whole."""
        self._asked = (self._asked if packet[0] & 1 else b"") + packet[1:]
        return self._asked if packet[0] & 0x06 == _LAST else None

    def answer(self, message: bytes, clock_ns: int) -> tuple[int, bytes]:
        """Return an error, 0 for none, and what is told."""
        (number,) = struct.unpack_from("<H", message)
        if number & 0x8000:
            return (0, _time(clock_ns)) if number == _LOCAL_TIME else (_NOT_KNOWN, b"")
        operation = message[2 : 2 + number]
        command, path = operation[1], operation[4 : 4 + operation[3]].decode()
        if command == _REMOVE and self.kept.pop(path, None) is not None:
            self.removed.append(path)
            return 0, b""
        if command == _GET and path in self.kept:
            self.read.append(path)
            self.sent[path] = self.kept[path]
            return 0, self.kept[path]
        if command == _GET and path.endswith("/"):
            names = self._names(path)
            told = b"".join(self._entry(path, name) for name in names)
            return (0, told) if names else (_NOT_THERE, b"")
        return _NOT_THERE, b""

    def _names(self, folder: str) -> list[str]:
        below = (path.removeprefix(folder) for path in self.kept if path.startswith(folder))
        return sorted({name.split("/")[0] + "/" * ("/" in name) for name in below})

    def _entry(self, folder: str, name: str) -> bytes:
        size = len(self.kept.get(folder + name, b""))
        entry = _bytes(1, name.encode()) + b"\x10" + _varint(size)
        return _bytes(1, entry)


def packets(error: int, message: bytes, size: int) -> Iterator[bytes]:
    """Yield an answer as it is notified, in packets of no more than `size` bytes."""
    if error or not message:
        yield struct.pack("<BH", 0, error)
        return
    starts = range(0, len(message), size - 1)
    for number, at in enumerate(starts):
        status = _LAST if at == starts[-1] else _MORE
        yield (
            bytes([(number & 0x0F) << 4 | status | (number > 0)]) + message[at : at + size - 1]
        )


def _time(clock_ns: int) -> bytes:
    now = moment(clock_ns)
    date = _numbers(now.year, now.month, now.day)
    time = _numbers(now.hour, now.minute, now.second, now.microsecond // 1000)
    return _bytes(1, date) + _bytes(2, time) + _numbers(0, first=3)


def _numbers(*values: int, first: int = 1) -> bytes:
    fields = (bytes([n << 3]) + _varint(value) for n, value in enumerate(values, first))
    return b"".join(fields)


def _bytes(number: int, value: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    groups = [value >> 7 * n & 0x7F for n in range(max(1, (value.bit_length() + 6) // 7))]
    return bytes([*[group | 0x80 for group in groups[:-1]], groups[-1]])
