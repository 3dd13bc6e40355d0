"""What was received, in order, once each: the port, and one file for each adapter."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

import msgspec

from gateway.wire import Batch, DeviceCount, Lost

#: What an entry or a refusal is known by: device, boot, stream, sequence, first.
Key: TypeAlias = tuple[str, int, str, int, int]

#: `Refusal.first` of a batch that was never read or never came, and may still be stored.
WHOLE: Final = -1


class Arrival(msgspec.Struct, frozen=True):
    """A batch, or the new piece of one, on its way into the log."""

    received_us: int
    gateway: str
    first: int  # where the piece begins in the batch that was sent
    batch: Batch
    sent: bytes | None = None  # the batch as it came; None: a piece of it, or nobody knows

    @property
    def key(self) -> Key:
        batch = self.batch
        return batch.device, batch.boot, batch.stream, batch.sequence, self.first


@dataclass(frozen=True, slots=True)
class Refusal:
    """Samples that were received but not stored, so that nobody waits for their sequence."""

    received_us: int
    gateway: str
    device: str
    boot: int
    stream: str
    sequence: int
    first: int  # of the samples in the batch that was sent; WHOLE: nobody knows its samples
    samples: int
    reason: str  # "overlap", "echo"; of WHOLE: "dead_letter: …", "set_aside: …", "forgotten"

    @property
    def key(self) -> Key:
        return self.device, self.boot, self.stream, self.sequence, self.first


class Entry(msgspec.Struct, frozen=True):
    """A batch, or a piece of one, as it stands in the log."""

    position: int  # from 1, growing, never used again
    received_us: int
    gateway: str
    first: int
    batch: Batch


@dataclass(frozen=True, slots=True)
class Head:
    """What is still known of an entry whose samples were dropped from the archive."""

    position: int
    device: str
    boot: int
    stream: str
    sequence: int
    first: int
    received_us: int
    gateway: str
    samples: int
    start_us: int  # of the first sample
    end_us: int  # of the last one
    period_us: float | None
    counted: DeviceCount | None
    lost: Lost | None


@dataclass(frozen=True, slots=True)
class Hour:
    """Consecutive positions that were received within one hour."""

    start_us: int
    first: int  # its first position
    last_entry: int  # the last position that holds samples; first - 1: none does
    last: int  # its last position, refusals included; first - 1: it is empty


class Log(Protocol):
    """An append-only log, idempotent on keys."""

    def append(
        self, arrivals: Sequence[Arrival], refusals: Sequence[Refusal] = ()
    ) -> list[Entry]:
        """Make all of them durable together and return those that were new."""
        ...

    def read(
        self, after: int, limit: int, devices: Collection[str] | None = None
    ) -> list[Entry]:
        """Return up to `limit` entries beyond position `after`, in order."""
        ...

    def refusals(self, after: int, limit: int) -> list[tuple[int, Refusal]]:
        """Return up to `limit` refusals beyond position `after`, with their positions."""
        ...

    def events(self, device: str, stream: str, start_us: int, end_us: int) -> list[Entry]:
        """Return the entries of an event stream without counter that touch a span of time."""
        ...

    def last(self) -> int:
        """Return the last position that was given away, 0 if none was."""
        ...

    def hours(self) -> list[Hour]:
        """Return the hours that are still in the log, in order of position."""
        ...

    def devices(self, hour: Hour) -> list[str]:
        """Return the devices that an hour may hold something of, in order."""
        ...

    def of_device(self, hour: Hour, device: str) -> list[Entry]:
        """Return the entries of an hour that are of one device, by stream and position."""
        ...

    def drop(self, hour: Hour) -> None:
        """Forget an hour that is kept elsewhere, unless something was added to it since."""
        ...
