"""Readings into the batches of one connection: numbered, timed, in raw integers."""

import secrets
import struct
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gateway import wire
from gateway.clock import Instant
from gateway.runs import Run
from gateway.spool import Note

_WIDTHS = {2: "h", 4: "i"}
_LARGEST_INT16 = 0x7FFF


@dataclass(frozen=True, slots=True)
class Stream:
    """What a stream's integers mean."""

    name: str
    scale: float
    unit: str
    channels: int = 1
    period_us: float | None = None  # None: events


class Batches:
    """Numbers the batches of one connection to one device."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.boot = secrets.randbits(63)
        self._numbered: Counter[str] = Counter()
        self._notes: dict[str, int] = {}

    def note(self, what: str, number: int) -> None:
        """Have it remembered, with the batches made so far, how far a memory is ours."""
        self._notes[what] = number

    def notes(self) -> list[Note]:
        """Return what came since it was asked last."""
        notes, self._notes = self._notes, {}
        return [Note(self.device, what, number) for what, number in notes.items()]

    def events(
        self,
        stream: Stream,
        times_us: Sequence[int],
        values: Sequence[int],
        *,
        error_us: int,
        quality: int = 0,
    ) -> wire.Batch:
        """Return values that came each at a time of its own, oldest first."""
        width, samples = _packed(values)
        offsets = [time_us - times_us[0] for time_us in times_us]
        return wire.Batch(
            device=self.device,
            boot=self.boot,
            stream=stream.name,
            sequence=self._next(stream.name),
            start_us=times_us[0],
            start_error_us=error_us,
            period_us=None,
            offsets_us=struct.pack(f"<{len(offsets)}I", *offsets),
            scale=stream.scale,
            unit=stream.unit,
            channels=stream.channels,
            width=width,
            samples=samples,
            quality=quality,
        )

    def even(
        self,
        stream: Stream,
        start_us: int,
        rows: Sequence[Sequence[int]],
        *,
        error_us: int,
        lost: wire.Lost | None = None,
    ) -> wire.Batch:
        """Return evenly spaced rows of a device that counts none."""
        width, samples = _packed([value for row in rows for value in row])
        return wire.Batch(
            device=self.device,
            boot=self.boot,
            stream=stream.name,
            sequence=self._next(stream.name),
            start_us=start_us,
            start_error_us=error_us,
            period_us=stream.period_us,
            scale=stream.scale,
            unit=stream.unit,
            channels=stream.channels,
            width=width,
            samples=samples,
            lost=lost,
        )

    def samples(
        self,
        stream: Stream,
        run: Run,
        device_boot: int,
        start: Instant,
        lost: wire.Lost | None = None,
    ) -> wire.Batch:
        """Return a run of evenly spaced rows."""
        return wire.Batch(
            device=self.device,
            boot=self.boot,
            stream=stream.name,
            sequence=self._next(stream.name),
            start_us=start.at_us,
            start_error_us=start.error_us,
            period_us=stream.period_us,
            scale=stream.scale,
            unit=stream.unit,
            channels=stream.channels,
            samples=run.rows,
            quality=run.quality,
            counted=wire.DeviceCount(boot=device_boot, sample=run.first, ticks=run.ticks),
            lost=lost,
        )

    def _next(self, stream: str) -> int:
        number = self._numbered[stream]
        self._numbered[stream] += 1
        return number


def _packed(values: Sequence[int]) -> tuple[int, bytes]:
    """Return how wide whole numbers are, and their bytes."""
    width = 2 if min(values) >= -_LARGEST_INT16 and max(values) <= _LARGEST_INT16 else 4
    return width, struct.pack(f"<{len(values)}{_WIDTHS[width]}", *values)
