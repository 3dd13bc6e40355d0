"""A device played back from what a gateway recorded of a real one, see docs/recordings.md."""

import asyncio
import itertools
import json
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bumble.att import ATT_READ_NOT_PERMITTED_ERROR, ATT_Error
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue, Service

from firmware_sims.air import Air
from firmware_sims.peripheral import Advert, Clock, Peripheral
from firmware_sims.services import Value

_VERSION: Final = 1
_BATTERY_LIFE_S: Final = 1e9  # its battery is in the recording
_OF_EVERY_DEVICE: Final = {"1800", "1801"}  # bumble brings them
_SERIAL: Final = "2a25"
_ASSIGNED: Final = "-0000-1000-8000-00805f9b34fb"


@dataclass(slots=True)
class Said:
    """What one characteristic said, at µs since its connection."""

    read_us: list[int] = field(default_factory=list[int])
    read: list[bytes] = field(default_factory=list[bytes])
    subscribed_us: int = 0
    notified: list[tuple[int, bytes]] = field(default_factory=list[tuple[int, bytes]])


class Traffic:
    """One recorded connection; ValueError for a file that is none."""

    def __init__(self, path: Path) -> None:
        heading, table, *operations = map(json.loads, path.read_text().splitlines())
        if heading.get("format") != "kindstep-gatt" or heading["version"] != _VERSION:
            raise ValueError(f"{path} is no recording of version {_VERSION}")
        self.advertised: list[str] = heading["advert"]["service_uuids"]
        self.table: list[dict[str, Any]] = table["table"]
        self.said: dict[str, Said] = defaultdict(Said)
        for operation in operations:
            self._take(operation)

    def _take(self, operation: dict[str, Any]) -> None:
        said, at_us = self.said[operation["uuid"]], operation["at_us"]
        value = bytes.fromhex(operation["value"] or "")
        match operation["op"]:
            case "read":
                said.read_us.append(at_us)
                said.read.append(value)
            case "subscribe":
                said.subscribed_us = said.subscribed_us or at_us
            case "notify":
                said.notified.append((at_us, value))
            case _:
                return  # written: nothing here depends on it


class Replayed(Peripheral):
    """Says to each subscriber what was said to the recorded one, as long after it asked."""

    kind = "replayed"

    def __init__(
        self, air: Air, *, address: str, serial: str, traffic: Traffic, clock: Clock
    ) -> None:
        name = f"Replay {serial}"
        super().__init__(
            air, address=address, name=name, clock=clock, battery_life_s=_BATTERY_LIFE_S
        )
        self.serial, self.sent = serial, 0
        self._traffic, self._frozen = traffic, False
        self._connected_us = clock()
        self.device.on(self.device.EVENT_CONNECTION, self._begin)
        self.device.add_services([self._service(it) for it in traffic.table if _is_own(it)])
        self.advertise(_adverts(traffic.advertised))

    def freeze(self) -> None:
        """Say nothing any more."""
        self._frozen = True

    def malform(self) -> None:
        raise ValueError(f"{self.serial} says what was recorded and nothing else")

    def catch_up(self) -> None:
        """Have nothing due by the clock: what is said follows a subscription."""

    def due_us(self) -> None:
        return None

    def _begin(self, _: Connection) -> None:
        self._connected_us = self.clock()

    def _service(self, recorded: dict[str, Any]) -> Service:
        values = [self._value(**it) for it in recorded["characteristics"]]
        return Service(_uuid(recorded["service"]), values)

    def _value(self, uuid: str, properties: list[str]) -> Value:
        said = self._traffic.said[uuid]
        serves = CharacteristicValue[bytes](
            read=lambda _: self._read(uuid, said), write=_accept
        )
        permissions = Characteristic.READABLE | Characteristic.WRITEABLE
        value = Characteristic(_uuid(uuid), _properties(properties), permissions, serves)

        def subscribed(connection: Connection, notify: bool, indicate: bool) -> None:
            if notify or indicate:
                self.chore(self._say(connection, value, said))

        value.on(value.EVENT_SUBSCRIPTION, subscribed)
        return value

    def _read(self, uuid: str, said: Said) -> bytes:
        if uuid.endswith(_ASSIGNED) and uuid[4:8] == _SERIAL:
            return self.serial.encode()
        if not said.read:
            raise ATT_Error(ATT_READ_NOT_PERMITTED_ERROR)
        since_us = self.clock() - self._connected_us
        return said.read[max(0, bisect_right(said.read_us, since_us) - 1)]

    async def _say(self, connection: Connection, value: Value, said: Said) -> None:
        times_us = [said.subscribed_us, *(at_us for at_us, _ in said.notified)]
        for (before_us, at_us), (_, payload) in zip(
            itertools.pairwise(times_us), said.notified, strict=True
        ):
            await asyncio.sleep((at_us - before_us) / 1e6)
            if self._frozen or not self.is_connected(connection):
                return
            await self._tell(connection, value, payload)
            self.sent += 1

    async def _tell(self, connection: Connection, value: Value, payload: bytes) -> None:
        if connection in self.listeners(value):
            self.notify(connection, value, payload)
        else:  # it asked for indications, which are answered
            await self.device.gatt_server.indicate_subscriber(connection, value, payload)


def _accept(_: Connection, __: bytes) -> None:
    """Take what is written, and change nothing."""


def _is_own(recorded: dict[str, Any]) -> bool:
    return recorded["service"][4:8] not in _OF_EVERY_DEVICE


def _properties(names: list[str]) -> Characteristic.Properties:
    found = Characteristic.Properties(0)
    for name in names:
        found |= Characteristic.Properties[name.upper().replace("-", "_")]
    return found


def _uuid(text: str) -> UUID:
    """Return an assigned number in its short form, as devices advertise it."""
    return UUID.from_16_bits(int(text[4:8], 16)) if text.endswith(_ASSIGNED) else UUID(text)


def _adverts(uuids: list[str]) -> list[Advert]:
    kinds = {
        2: AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
        16: AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
    }
    raw = [_uuid(uuid).to_bytes() for uuid in uuids]
    return [(kinds[len(each)], each) for each in raw]
