"""Listening for adverts, for as long as there is a radio."""

import asyncio
import logging
from collections.abc import Callable
from typing import NoReturn

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError

from gateway.adapter import Adapter

log = logging.getLogger(__name__)


class Scan:
    """Passes adverts on, and begins anew after a long silence: some stacks stop unasked."""

    def __init__(
        self,
        adapter: Adapter,
        heard: Callable[[BLEDevice, AdvertisementData], None],
        silent_s: float,
    ) -> None:
        self._adapter, self._heard, self._silent_s = adapter, heard, silent_s
        self._heard_s = 0.0

    async def run(self) -> NoReturn:
        """Listen; raise BleakError when the radio is gone or will not scan."""
        while not self._adapter.lost.done():
            try:
                async with self._adapter.scanner(self._on_advert):
                    await self._silence()
            except OSError as error:  # a time-out, or a system without D-Bus
                reason = str(error) or type(error).__name__
                raise BleakError(f"the radio cannot be reached: {reason}") from error
        raise BleakError("the radio went away")

    def _on_advert(self, device: BLEDevice, data: AdvertisementData) -> None:
        self._heard_s = asyncio.get_running_loop().time()
        self._heard(device, data)

    async def _silence(self) -> None:
        """Wait until nothing was heard for long, or the radio is gone."""
        loop = asyncio.get_running_loop()
        self._heard_s, lost = loop.time(), self._adapter.lost
        while not lost.done() and (left_s := self._heard_s + self._silent_s - loop.time()) > 0:
            await asyncio.wait({lost}, timeout=left_s)
