"""A glucose meter, written from the Glucose Service table: it tells its records when asked."""

import struct
import time
from typing import Final

from bumble.core import AdvertisingData
from bumble.device import Connection
from bumble.gatt import Characteristic

from firmware_sims.air import Air
from firmware_sims.peripheral import Clock, Peripheral
from firmware_sims.security import Security
from firmware_sims.services import device_information, notified, readable, service, written

_BATTERY_LIFE_S: Final = 1000 * 3600.0
_REPORT: Final = 0x01
_ALL: Final = 0x01
_AT_LEAST: Final = 0x03
_LAST: Final = 0x06
_RESPONSE: Final = 0x06
_SUCCESS: Final = 0x01
_NOT_SUPPORTED: Final = 0x02
_NO_RECORDS: Final = 0x06
_CONCENTRATION: Final = 0x02  # kg/L, with type and place
_CAPILLARY_FINGER: Final = 0x11


class Meter(Peripheral):
    """Keeps its records, numbered from 0, whoever asks for them."""

    kind = "meter"

    def __init__(
        self,
        air: Air,
        *,
        address: str,
        serial: str,
        clock: Clock,
        ahead_s: int = 0,  # of UTC, as its owner set its calendar
        security: Security | None = None,
    ) -> None:
        super().__init__(
            air,
            address=address,
            name=f"Meter {serial}",
            clock=clock,
            battery_life_s=_BATTERY_LIFE_S,
            security=security,
        )
        self.serial = serial
        self.records: list[tuple[int, int]] = []  # unix time in s, mg/dL
        self.asked: list[int] = []  # from which record on
        self._ahead_s = ahead_s
        self._measurement = notified(0x2A18)
        self._control = written(0x2A52, self._obey, with_response=True)
        self._control.properties |= Characteristic.Properties.INDICATE
        feature = readable(0x2A51, lambda: b"\0\0")
        self.offer(
            [
                service(0x1808, self._measurement, feature, self._control),
                service(0x1805, readable(0x2A2B, self._calendar)),
                device_information("GM-1", serial),
            ],
            [(AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, b"\x08\x18")],
        )

    def measure(self, at_s: int, mg_dl: int) -> None:
        """Keep one more reading."""
        self.records.append((at_s, mg_dl))

    def catch_up(self) -> None:
        """Have nothing due: a meter measures when its owner does."""

    def due_us(self) -> int | None:
        return None

    def _calendar(self) -> bytes:
        return _date(self.clock() // 1_000_000 + self._ahead_s) + bytes(3)

    def _obey(self, connection: Connection, order: bytes) -> None:
        operation, operator = order[0], order[1]
        if operation != _REPORT or operator not in {_ALL, _AT_LEAST, _LAST}:
            self.chore(self._answer(connection, operation, _NOT_SUPPORTED))
            return
        if operator == _LAST:
            self.chore(self._report(connection, max(0, len(self.records) - 1)))
            return
        first = struct.unpack_from("<H", order, 3)[0] if operator == _AT_LEAST else 0
        self.asked.append(first)
        self.chore(self._report(connection, first))

    async def _report(self, connection: Connection, first: int) -> None:
        for number in range(first, len(self.records)):
            at_s, mg_dl = self.records[number]
            head = struct.pack("<BH", _CONCENTRATION, number) + _date(at_s + self._ahead_s)
            # kg/L is 1e5 mg/dL: the mantissa is the value, the exponent -5.
            value = struct.pack("<HB", mg_dl | (0xB << 12), _CAPILLARY_FINGER)
            self.notify(connection, self._measurement, head + value)
            await self.drain(connection)
            if not self.is_connected(connection):
                return
        found = first < len(self.records)
        await self._answer(connection, _REPORT, _SUCCESS if found else _NO_RECORDS)

    async def _answer(self, connection: Connection, operation: int, result: int) -> None:
        value = bytes([_RESPONSE, 0, operation, result])
        await self.device.indicate_subscriber(connection, self._control, value, force=True)


def _date(unix_s: int) -> bytes:
    return struct.pack("<HBBBBB", *time.gmtime(unix_s)[:6])
