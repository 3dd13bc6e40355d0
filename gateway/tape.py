"""Everything that goes over one connection, as it goes, without who it belongs to.

The form is that of docs/recordings.md: simulated devices play it back.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.scanner import AdvertisementData

from gateway.gatt.table import short

_VERSION: Final = 1
_MOST_WAITING: Final = 10_000
#: Who a device or its wearer is: the names, system id, serial number, address, birth.
_IDENTITIES: Final = {"2a00", "2a23", "2a25", "2a85", "2a87", "2a8a", "2a90"}


class Tape:
    """What was said, in order, for whoever reads it meanwhile."""

    def __init__(self) -> None:
        self._lines: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(_MOST_WAITING)
        self._begun_s = 0.0
        self.is_running = False

    def begin(self, advert: AdvertisementData) -> None:
        """Start with what made the gateway call."""
        self.is_running = True
        said = {"service_uuids": advert.service_uuids, "rssi_dbm": advert.rssi}
        self._put({"format": "kindstep-gatt", "version": _VERSION, "advert": said})

    def connected(self, client: BleakClient) -> None:
        """Take down the device's table; times count from here."""
        self._begun_s = asyncio.get_running_loop().time()
        table = [
            {
                "service": service.uuid,
                "characteristics": [
                    {"uuid": it.uuid, "properties": it.properties}
                    for it in service.characteristics
                ],
            }
            for service in client.services
        ]
        self._put({"table": table})

    def note(self, op: str, uuid: str, value: bytes = b"") -> None:
        """Take down one operation."""
        at_us = round((asyncio.get_running_loop().time() - self._begun_s) * 1e6)
        shown = None if short(uuid) in _IDENTITIES else value.hex()
        self._put({"at_us": at_us, "op": op, "uuid": uuid, "value": shown})

    def end(self) -> None:
        """Say that the connection is over, if it ever began."""
        if self.is_running:
            self._put(None)
            self.is_running = False

    async def lines(self) -> AsyncIterator[dict[str, Any]]:
        """Yield line by line until the connection is over."""
        while (line := await self._lines.get()) is not None:
            yield line

    def _put(self, line: dict[str, Any] | None) -> None:
        if self.is_running and not self._lines.full():
            self._lines.put_nowait(line)


class TapedClient(BleakClient):
    """A connection of which everything is taken down."""

    def __init__(self, *arguments: Any, tape: Tape, **named: Any) -> None:  # noqa: ANN401 - bleak's
        super().__init__(*arguments, **named)
        self._tape = tape

    async def connect(self, **named: Any) -> None:  # noqa: ANN401 - bleak's
        await super().connect(**named)
        self._tape.connected(self)

    async def read_gatt_char(self, char_specifier: Any, **named: Any) -> bytearray:  # noqa: ANN401 - bleak's
        value = await super().read_gatt_char(char_specifier, **named)
        self._tape.note("read", _uuid(char_specifier), bytes(value))
        return value

    async def write_gatt_char(
        self,
        char_specifier: Any,  # noqa: ANN401 - bleak's
        data: Any,  # noqa: ANN401 - bleak's
        response: bool | None = None,
    ) -> None:
        await super().write_gatt_char(char_specifier, data, response)
        self._tape.note("write", _uuid(char_specifier), bytes(data))

    async def start_notify(
        self,
        char_specifier: Any,  # noqa: ANN401 - bleak's
        callback: Callable[[BleakGATTCharacteristic, bytearray], Any],
        **named: Any,  # noqa: ANN401 - bleak's
    ) -> None:
        def heard(characteristic: BleakGATTCharacteristic, value: bytearray) -> None:
            self._tape.note("notify", characteristic.uuid, bytes(value))
            callback(characteristic, value)

        self._tape.note("subscribe", _uuid(char_specifier))
        await super().start_notify(char_specifier, heard, **named)


def _uuid(specifier: BleakGATTCharacteristic | str) -> str:
    return specifier if isinstance(specifier, str) else specifier.uuid
