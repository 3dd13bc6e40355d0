"""The newest value of every stream, for people and programs that read no batches.

Last values are health data in plain text: nothing of this runs unless the settings ask for it.
"""

import asyncio
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from gateway import wire

if TYPE_CHECKING:
    from gateway.conversation import Keeper
    from gateway.spool import Note

_SPEAKING_FOR_ITSELF_US: Final = 1_000_000  # a raw signal's last sample says nothing
_UNKNOWN: Final = wire.Quality.NOT_WORN | wire.Quality.FAULT | wire.Quality.SPECIAL
_FORMATS: Final = {2: "h", 4: "i"}

Lane: TypeAlias = tuple[str, str]  # device, stream


@dataclass(frozen=True, slots=True)
class LastValue:
    """What one stream of a device said last."""

    device: str
    stream: str
    value: float | list[float]
    unit: str
    at_us: int

    def payload(self) -> bytes:
        at = datetime.fromtimestamp(self.at_us / 1e6, UTC)
        said: dict[str, Any] = {"value": self.value, "unit": self.unit}
        said["at"] = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return msgspec.json.encode(said)


class LastValues:
    """Keeps batches where they are safe, and remembers what they said last."""

    def __init__(self, keeper: "Keeper") -> None:
        self._keeper = keeper
        self._last: dict[Lane, LastValue] = {}
        self._untold: set[Lane] = set()
        self.news = asyncio.Event()  # there is something that nobody took

    async def keep(self, batches: Sequence[wire.Batch], notes: "Sequence[Note]" = ()) -> None:
        """Keep them first: what is told is safe already."""
        await self._keeper.keep(batches, notes)
        for batch in batches:
            if _speaks_for_itself(batch):
                self._note(_last_value(batch))

    async def noted(self, device: str, what: str) -> int | None:
        return await self._keeper.noted(device, what)

    def take(self) -> list[LastValue]:
        """Return what came since it was asked last."""
        taken = [self._last[lane] for lane in sorted(self._untold)]
        self._untold.clear()
        self.news.clear()
        return taken

    def again(self) -> None:
        """Let everything be news."""
        self._untold.update(self._last)
        if self._untold:
            self.news.set()

    def _note(self, value: LastValue) -> None:
        lane = (value.device, value.stream)
        if lane in self._last and value.at_us <= self._last[lane].at_us:
            return  # handed over late
        self._last[lane] = value
        self._untold.add(lane)
        self.news.set()


def _speaks_for_itself(batch: wire.Batch) -> bool:
    slow = batch.period_us is None or batch.period_us >= _SPEAKING_FOR_ITSELF_US
    return slow and not batch.quality & _UNKNOWN


def _last_value(batch: wire.Batch) -> LastValue:
    newest = batch.samples[-batch.channels * batch.width :]
    raw = struct.unpack(f"<{batch.channels}{_FORMATS[batch.width]}", newest)
    values = [round(number * batch.scale, 6) for number in raw]
    value = values[0] if len(values) == 1 else values
    return LastValue(batch.device, batch.stream, value, batch.unit, _last_us(batch))


def _last_us(batch: wire.Batch) -> int:
    if batch.period_us is None:
        (offset_us,) = struct.unpack("<I", batch.offsets_us[-4:])
        return batch.start_us + offset_us
    return batch.start_us + round((batch.size - 1) * batch.period_us)
