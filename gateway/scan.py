"""Listening for adverts, for as long as there is a radio."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from typing import Final, NoReturn

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError

from gateway.adapter import Adapter

log = logging.getLogger(__name__)

_OLD_S: Final = 3600.0  # a scan remembers every address that passes by


class Scan:
    """Passes adverts on, and begins anew after a long silence: some stacks stop unasked."""

    def __init__(
        self,
        adapter: Adapter,
        heard: Callable[[BLEDevice, AdvertisementData], None],
        silent_s: float,
        counts: Counter[str],
    ) -> None:
        self._adapter, self._heard, self._silent_s = adapter, heard, silent_s
        self._counts = counts
        self._heard_s = 0.0
        self._restarts = 0  # in a row

    async def run(self) -> NoReturn:
        """Listen; raise BleakError when the radio is gone or will not scan."""
        while not self._adapter.lost.done():
            try:
                async with self._adapter.scanner(self._on_advert):
                    await self._silence()
                if not self._has_heard:
                    self._say_silent()
            except OSError as error:  # a time-out, or a system without D-Bus
                reason = str(error) or type(error).__name__
                raise BleakError(f"the radio cannot be reached: {reason}") from error
        raise BleakError("the radio went away")

    def _on_advert(self, device: BLEDevice, data: AdvertisementData) -> None:
        self._heard_s, self._restarts = asyncio.get_running_loop().time(), 0
        self._heard(device, data)

    @property
    def _has_heard(self) -> bool:
        silent_s = asyncio.get_running_loop().time() - self._heard_s
        return self._adapter.lost.done() or silent_s < self._silent_s

    def _say_silent(self) -> None:
        self._counts["scan_restarts"] += 1
        # Who holds all that is near hears no advert either: that is no fault.
        first = not self._restarts and not self._adapter.slots.held
        level = logging.WARNING if first else logging.DEBUG
        heard = "%s heard nothing for %.0f s: listening anew"
        log.log(level, heard, self._adapter.name, self._silent_s)
        self._restarts += 1

    async def _silence(self) -> None:
        """Wait until nothing was heard for long, the radio is gone, or the scan is old."""
        loop, lost = asyncio.get_running_loop(), self._adapter.lost
        self._heard_s = loop.time()
        old_s = self._heard_s + _OLD_S
        while not lost.done():
            left_s = min(self._heard_s + self._silent_s, old_s) - loop.time()
            if left_s <= 0:
                return
            await asyncio.wait({lost}, timeout=left_s)
