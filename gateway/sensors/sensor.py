"""What a conversation asks of every kind of device."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from bleak import BleakClient

from gateway import wire
from gateway.arrivals import Arrival
from gateway.batches import Batches
from gateway.beat import Beat
from gateway.patience import Patience
from gateway.sensors.calendar import Calendar
from gateway.settings import RawSignal


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a sensor shares with the rest of its gateway."""

    now_us: Callable[[], int]
    patience: Patience
    counts: Counter[str]  # what went wrong
    traffic: Counter[str]  # what went well
    soon: Beat  # when what was said is looked at
    live: Beat  # ... and when a batch of a live signal, if it is complete by then
    raw: tuple[RawSignal, ...] = ()  # signals to ask for where offered
    recorded: tuple[RawSignal, ...] = ()  # ... to have recorded, and to fetch


@dataclass(frozen=True, slots=True)
class Link:
    """One connection, as a sensor sees it."""

    client: BleakClient
    batches: Batches
    listen: Callable[[str], Awaitable[None]]  # subscribe; values come by take()
    gather: Callable[[str], Awaitable[None]]  # ... of a signal, together with what follows
    noted: Callable[[str], Awaitable[int | None]]  # what `Batches.note` said of it last
    calendar: Calendar = field(default_factory=Calendar)


class Sensor(Protocol):
    """One device; it lives longer than its connections."""

    has_memory: bool

    @property
    def handing_over(self) -> bool:
        """Whether what it says now comes from its memory."""
        ...

    async def begin(self, link: Link) -> None:
        """Start a new connection."""
        ...

    def take(self, arrival: Arrival) -> None:
        """Read one notification; raise MalformedValue for one that is none."""
        ...

    def batches(self, *, flush: bool) -> list[wire.Batch]:
        """Return what is ready for the spool; with `flush`, also what waits for more."""
        ...

    async def settle(self) -> None:
        """Do what is due once the batches are kept: confirm, ask again, read the clock."""
        ...
