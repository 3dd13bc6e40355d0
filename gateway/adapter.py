"""The radios that settings name: the platform's own, or one that bumble opens."""

import asyncio
import contextlib
import re
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, TypeVar

from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementDataCallback
from bleak.exc import BleakError

from gateway.pairing import Pairing
from gateway.slots import Slots
from gateway.tape import Tape, TapedClient

if TYPE_CHECKING:
    from gateway.backends.bluez import BlueZ

Answering: TypeAlias = Callable[[str, Pairing], AbstractAsyncContextManager[None]]

PLATFORM: Final = "platform"
_MOST_CALLED: Final = 4096  # some devices change their address all the time
_AT_ONCE: Final = 3  # more take turns at one processor, and each of them too long
_OF_PLATFORM: Final = re.compile(r"hci\d+")  # as BlueZ names them

_Result = TypeVar("_Result")


class Stack(Protocol):
    """What a Bluetooth stack says of itself."""

    async def connected(self) -> set[str]:
        """Return whom it holds a connection to; raise BleakError if it does not say."""
        ...

    async def disconnect(self, address: str) -> None:
        """Let go of one."""
        ...

    def why_lost(self, address: str) -> str:
        """Return how the last connection to an address ended, empty if nobody knows."""
        ...


@dataclass(eq=False, slots=True)
class Adapter:
    """How bleak reaches the air by one radio, and what is under way on it."""

    name: str
    slots: Slots
    lost: asyncio.Future[None]  # done when the radio went away
    scanner_arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    client_arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    stack: Stack | None = None  # None: it tells nobody
    answering: Answering | None = None  # what the system's stack asks of a pairing
    is_open: bool = True
    connecting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    called: set[str] = field(default_factory=set[str])  # addresses, since it was opened
    calls: dict[str, asyncio.Task[Any]] = field(default_factory=dict[str, asyncio.Task[Any]])

    def scanner(self, heard: AdvertisementDataCallback) -> BleakScanner:
        return BleakScanner(heard, **self.scanner_arguments)

    def client(
        self,
        device: BLEDevice,
        gone: Callable[[BleakClient], None],
        timeout_s: float,
        tape: Tape | None = None,
    ) -> BleakClient:
        kind = BleakClient if tape is None else partial(TapedClient, tape=tape)
        return kind(device, gone, timeout=timeout_s, **self.client_arguments)

    async def pair(self, client: BleakClient, pairing: Pairing) -> None:
        """Pair with a device that is connected; raise BleakError if that fails."""
        if not is_of_platform(self.name):
            pairing.show_chosen()
            await client.pair(pairing=pairing)
        elif self.answering is not None:
            async with self.answering(client.address, pairing):
                await client.pair()
        elif pairing.method == "just_works":
            await client.pair()
        else:
            raise BleakError("this system asks for passkeys itself: pair with its own tool")

    def begin(self, address: str, call: Coroutine[Any, Any, _Result]) -> asyncio.Task[_Result]:
        """Begin a call to a device; it ends with this radio at the latest."""
        task = asyncio.create_task(call, name=f"{self.name} {address}")
        self.calls[address] = task
        if len(self.called) >= _MOST_CALLED:
            self.called.clear()
        self.called.add(address)
        task.add_done_callback(lambda _: self.calls.pop(address))
        return task

    async def hang_up(self) -> None:
        """End all calls; no other may begin."""
        self.is_open = False
        for call in self.calls.values():
            hang_up(call)
        if self.calls:
            await asyncio.wait(self.calls.values())


def hang_up(call: asyncio.Task[Any]) -> None:
    """Let a call come to its end; asking twice would cut its goodbye short."""
    if not call.cancelling():
        call.cancel()


def is_of_platform(radio: str) -> bool:
    """Tell whether the system's own stack opens a radio; the others need bumble."""
    return radio == PLATFORM or _OF_PLATFORM.fullmatch(radio) is not None


@contextlib.asynccontextmanager
async def _platforms_own_view(radio: str) -> AsyncGenerator["BlueZ | None"]:
    if sys.platform != "linux":
        yield None  # the others tell no program of another's connections
        return
    from gateway.backends import bluez  # only here: nothing else has a D-Bus

    async with bluez.opened(None if radio == PLATFORM else radio) as stack:
        yield stack


@contextlib.asynccontextmanager
async def open_adapter(radio: str, slots: int | None, bonds: Path) -> AsyncGenerator[Adapter]:
    """Open a radio; raise BleakError if it is not there."""
    if is_of_platform(radio):
        chosen = {} if radio == PLATFORM else {"bluez": {"adapter": radio}}
        lost = asyncio.get_running_loop().create_future()
        async with _platforms_own_view(radio) as stack:
            answering = None if stack is None else stack.answering
            yield Adapter(radio, Slots(slots), lost, chosen, chosen, stack, answering=answering)
        return
    from gateway.backends import central, client, scanner  # the base install has no bumble

    async with central.open_central(radio, bonds) as opened:
        yield Adapter(
            radio,
            Slots(slots),
            opened.lost,
            {"backend": scanner.BumbleScanner, "central": opened},
            {"backend": client.BumbleClient, "central": opened},
            opened,
            # It calls one at a time by itself; several may tell meanwhile what they offer.
            connecting=asyncio.Semaphore(_AT_ONCE),
        )
