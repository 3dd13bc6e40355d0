"""The radio that settings name: the platform's own, or one that bumble opens."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementDataCallback

PLATFORM: Final = "platform"


@dataclass(frozen=True, slots=True)
class Adapter:
    """How bleak reaches the air."""

    lost: asyncio.Future[None]  # done when the radio went away
    scanner_arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    client_arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def scanner(self, heard: AdvertisementDataCallback) -> BleakScanner:
        return BleakScanner(heard, **self.scanner_arguments)

    def client(
        self, device: BLEDevice, gone: Callable[[BleakClient], None], timeout_s: float
    ) -> BleakClient:
        return BleakClient(device, gone, timeout=timeout_s, **self.client_arguments)


@contextlib.asynccontextmanager
async def open_adapter(radio: str) -> AsyncGenerator[Adapter]:
    """Open a radio; raise BleakError if it is not there."""
    if radio == PLATFORM:
        yield Adapter(asyncio.get_running_loop().create_future())
        return
    try:
        from gateway.backends import bumble
    except ModuleNotFoundError as missing:
        needs = f'radio = "{radio}" needs bumble: pip install "kindstep[radio]"'
        raise ModuleNotFoundError(needs, name=missing.name) from missing
    async with bumble.open_central(radio) as central:
        yield Adapter(
            central.lost,
            {"backend": bumble.BumbleScanner, "central": central},
            {"backend": bumble.BumbleClient, "central": central},
        )
