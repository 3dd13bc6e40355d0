"""Handing a wearable's memory to one central: from the last confirmed row on, then live."""

import asyncio
import struct
from typing import TYPE_CHECKING, Final

from bumble.device import Connection

if TYPE_CHECKING:
    from firmware_sims.glasses import Glasses

LIVE: Final = 0x01
NOT_WORN: Final = 0x02
_MOST: Final = 38  # samples in a notification
_ATT_HEAD: Final = 3
_MOTION_HEAD: Final = struct.Struct("<IIHBB")
_SAMPLE_BYTES: Final = 6
_BURST: Final = 16  # notifications on their way to one central


class HandOver:
    """What one central has been told."""

    def __init__(self, glasses: "Glasses", connection: Connection) -> None:
        self._glasses, self._connection = glasses, connection
        self._next_sample: int | None = None  # None: it did not ask
        self._next_minute: int | None = None
        self._goal = 0  # samples below it are to be told now
        self._woken = asyncio.Event()

    def set_motion(self, *, wanted: bool) -> None:
        if not wanted:
            self._next_sample = None
        elif self._next_sample is None:
            self._next_sample = self._glasses.confirmed_samples
        self.wake()

    def set_minutes(self, *, wanted: bool) -> None:
        if not wanted:
            self._next_minute = None
        elif self._next_minute is None:
            self._next_minute = self._glasses.confirmed_minutes
        self.wake()

    def forget(self) -> None:
        """Tell nothing more: what there was to tell is lost."""
        self._next_sample = self._next_minute = None

    def resend(self) -> None:
        if self._next_sample is not None:
            self._next_sample = self._glasses.confirmed_samples
        self.wake()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Tell all there is to tell, as fast as the link takes it; then wait for more."""
        while True:
            self._woken.clear()
            while self._say_some():
                await self._glasses.drain(self._connection)
            await self._woken.wait()

    def _say_some(self) -> bool:
        said = 0
        while said < _BURST and self._glasses.is_connected(self._connection):
            if not (self._say_samples() or self._say_minute()):
                break
            said += 1
        return said > 0

    def _say_samples(self) -> bool:
        glasses = self._glasses
        if self._next_sample is None:
            return False
        first = max(self._next_sample, glasses.samples.oldest)
        if first >= self._goal:
            self._goal = self._newest_batch_end(first)
        if first >= self._goal:
            return False
        rows, flags, n = glasses.samples.read(first, min(self._most(), self._goal - first))
        if glasses.samples.next - (first + n) < glasses.live_samples:
            flags |= LIVE
        head = _MOTION_HEAD.pack(first, glasses.ticks(first), glasses.boot, flags, n)
        glasses.notify(self._connection, glasses.motion, head + rows)
        glasses.sent_samples += n
        self._next_sample = first + n
        return True

    def _newest_batch_end(self, first: int) -> int:
        """Return up to where whole live batches are measured, or everything at the end."""
        glasses = self._glasses
        measured = glasses.samples.next
        return measured - (
            0 if glasses.is_finished else (measured - first) % glasses.live_samples
        )

    def _most(self) -> int:
        room = self._connection.att_mtu - _ATT_HEAD - _MOTION_HEAD.size
        return max(1, min(_MOST, room // _SAMPLE_BYTES))

    def _say_minute(self) -> bool:
        glasses = self._glasses
        if self._next_minute is None:
            return False
        minute = max(self._next_minute, glasses.minutes.oldest)
        if minute >= glasses.minutes.next:
            return False
        steps, flags, _ = glasses.minutes.read(minute, 1)
        if minute == glasses.minutes.next - 1:
            flags |= LIVE
        ticks = glasses.ticks(glasses.minute_start(minute))
        head = struct.pack("<IIHBx", minute, ticks, glasses.boot, flags)
        glasses.notify(self._connection, glasses.minute, head + steps)
        glasses.sent_minutes += 1
        self._next_minute = minute + 1
        return True
