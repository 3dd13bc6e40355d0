"""One recording of a Polar device on its way into batches."""

import hashlib
from collections import Counter
from typing import Final

from gateway import wire
from gateway.batches import Batches
from gateway.clock import Clock
from gateway.gatt.errors import MalformedValue
from gateway.sensors.polar_streams import stream_of
from gateway.sensors.signal import Signal
from gateway.vendors.polar import file_system, packet
from gateway.vendors.polar.control_point import Setting
from gateway.vendors.polar.data import Data, Frame
from gateway.vendors.polar.recording import Recording

_OLDEST_US: Final = 366 * 86_400_000_000  # no device records for longer
_SLACK_US: Final = 60_000_000  # it measured on while it was asked


class File:
    """Reads a file as it comes, from where it is not kept yet."""

    def __init__(
        self,
        path: str,
        size: int,
        kept: tuple[int | None, int | None],
        now_us: int,
        counts: Counter[str],
    ) -> None:
        self.identity = identity(path, size)
        self._kind = file_system.recorded(path.rpartition("/")[2])
        self._known_us = kept[1] or 0 if kept[0] == self.identity else 0
        self._now_us, self._counts = now_us, counts  # the former by the device's clock
        self._recording = Recording()
        self._signal: Signal | None = None
        self.is_unreadable = False
        self.told_us = 0  # on its clock, of the last row handed out

    @property
    def is_whole(self) -> bool:
        return self._recording.is_whole

    def feed(self, part: bytes) -> None:
        """Read on; raise MalformedValue, once, for what is no recording."""
        if self.is_unreadable:
            return
        try:
            for frame in self._recording.feed(part):
                self._take(frame)
        except MalformedValue:
            self.is_unreadable = True
            raise

    def batches(self, clock: Clock, batches: Batches, *, flush: bool) -> list[wire.Batch]:
        """Return what is worth a batch by now."""
        if self._signal is None:
            return []
        told = self._signal.batches(clock, batches, flush=flush)
        if told:
            self.told_us = round(self._signal.handed_out_us)
        return told

    def _take(self, frame: Data) -> None:
        at_us = frame.at_ns // 1000
        possible = self._now_us - _OLDEST_US < at_us < self._now_us + _SLACK_US
        if not isinstance(frame, Frame) or frame.kind is not self._kind or not possible:
            raise MalformedValue(packet.UUID, b"")
        if at_us <= self._known_us:
            return
        signal = self._signal = self._signal or self._begin(frame)
        if signal.heard_us is not None and at_us <= signal.heard_us:
            raise MalformedValue(packet.UUID, b"")
        missing = signal.take(at_us, frame.samples)
        if missing:
            self._counts[f"missing:{signal.stream.name}"] += missing

    def _begin(self, frame: Frame) -> Signal:
        header = self._recording.header
        rate_hz = header.settings.get(Setting.SAMPLE_RATE_HZ, 0.0) if header else 0.0
        if header is None or rate_hz <= 0:
            raise MalformedValue(packet.UUID, b"")
        factor = header.settings.get(Setting.FACTOR, 1.0)
        period_us = 1e6 / rate_hz
        stream = stream_of(frame.kind, frame.frame_type, factor, period_us)
        return Signal(stream, period_us)


def identity(path: str, size: int) -> int:
    """Return what stands for a file in a note."""
    digest = hashlib.blake2s(f"{path} {size}".encode(), digest_size=7).digest()
    return int.from_bytes(digest, "little")
