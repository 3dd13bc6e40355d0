"""One radio, kept open for as long as there is one, and held to what it says of itself."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import NoReturn, TypeAlias

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError

from gateway import wire
from gateway.adapter import Adapter, hang_up
from gateway.patience import Patience
from gateway.scan import Scan

log = logging.getLogger(__name__)

OpenAdapter: TypeAlias = Callable[[], AbstractAsyncContextManager[Adapter]]
Heard: TypeAlias = Callable[[Adapter, BLEDevice, AdvertisementData], None]


class Listener:
    """Listens by one radio; a radio that is not there, or goes away, is waited for."""

    def __init__(
        self,
        radio: str,
        opened: OpenAdapter,
        heard: Heard,
        patience: Patience,
        counts: Counter[str],
    ) -> None:
        self._radio = radio
        self._adapter: Adapter | None = None
        self._opened, self._heard = opened, heard
        self._patience, self._counts = patience, counts
        self._failures = 0
        self._suspects: set[str] = set()

    def state(self) -> wire.RadioState:
        """Return what a gateway's status says of this radio."""
        if self._adapter is None:
            return wire.RadioState(radio=self._radio, present=False)
        slots = self._adapter.slots
        return wire.RadioState(
            radio=self._radio,
            present=True,
            slots=slots.budget,
            slots_used=len(slots.held),
            slots_wanted=len(slots.waiting),
        )

    async def run(self) -> NoReturn:
        """Listen until cancelled."""
        while True:
            reason = await self._listen()
            self._counts["radio_missing"] += 1
            log.log(logging.DEBUG if self._failures else logging.WARNING, "%s", reason)
            delay_s = self._patience.radio_retry.delay_s(self._failures)
            self._failures += 1
            await asyncio.sleep(delay_s)

    async def _listen(self) -> str:
        """Hold the radio until it goes away; return what became of it."""
        try:
            async with self._opened() as adapter, asyncio.TaskGroup() as group:
                self._adapter = adapter
                watch = group.create_task(self._reconcile(adapter), name="slots")
                try:
                    return await self._scan(adapter)
                finally:
                    self._adapter = None
                    watch.cancel()
                    await adapter.hang_up()
        except BleakError as missing:
            return str(missing.args[0])

    async def _scan(self, adapter: Adapter) -> str:
        def heard(device: BLEDevice, data: AdvertisementData) -> None:
            self._failures = 0
            self._heard(adapter, device, data)

        try:
            await Scan(adapter, heard, self._patience.silent_scan_s, self._counts).run()
        except BleakError as gone:
            return str(gone.args[0])

    async def _reconcile(self, adapter: Adapter) -> None:
        """Compare, again and again, who has a slot with whom the stack is connected to."""
        stack = adapter.stack
        while stack is not None:
            await asyncio.sleep(self._patience.reconcile_s)
            try:
                connected = await stack.connected()
            except BleakError:
                continue  # it says so itself, to whoever scans
            held = {lease.address: lease for lease in adapter.slots.held}
            # A system's stack has connections of other programs too: those are none of ours.
            leaked = (connected & adapter.called) - held.keys()
            dead = {it for it, lease in held.items() if lease.connected} - connected
            # One that comes or goes right now is in order the next time.
            certain = (leaked | dead) & self._suspects
            self._suspects = leaked | dead
            for address in certain & leaked:
                self._found("slots_leaked", adapter, "a connection that nobody holds")
                with contextlib.suppress(BleakError):
                    await stack.disconnect(address)
            for address in certain & dead & adapter.calls.keys():
                self._found("links_dead", adapter, "a link that is connected no longer")
                hang_up(adapter.calls[address])

    def _found(self, what: str, adapter: Adapter, says: str) -> None:
        self._counts[what] += 1
        level = logging.WARNING if self._counts[what] == 1 else logging.DEBUG
        log.log(level, "%s had %s", adapter.name, says)
