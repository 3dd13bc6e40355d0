"""Keeps numbered records and tells them when asked: a device with Record Access Control."""

import struct
from abc import abstractmethod
from collections.abc import Sequence
from typing import Final

from bumble.device import Connection
from bumble.gatt import Characteristic

from firmware_sims.air import Air
from firmware_sims.peripheral import Clock, Peripheral
from firmware_sims.security import Security
from firmware_sims.services import notified, written

_BATTERY_LIFE_S: Final = 1000 * 3600.0
_REPORT: Final = 0x01
_DELETE: Final = 0x02
_COUNT: Final = 0x04
_ALL: Final = 0x01
_AT_LEAST: Final = 0x03
_LAST: Final = 0x06
_COUNT_RESPONSE: Final = 0x05
_RESPONSE: Final = 0x06
_SUCCESS: Final = 0x01
_NOT_SUPPORTED: Final = 0x02
_NO_RECORDS: Final = 0x06


class RecordKeeper(Peripheral):
    """Keeps its records, whoever asks for them."""

    def __init__(
        self,
        air: Air,
        *,
        address: str,
        name: str,
        clock: Clock,
        measurement: int,
        security: Security | None = None,
    ) -> None:
        super().__init__(
            air,
            address=address,
            name=name,
            clock=clock,
            battery_life_s=_BATTERY_LIFE_S,
            security=security,
        )
        self.asked: list[int] = []  # from which record on
        self._measurement = notified(measurement)
        self._control = written(0x2A52, self._obey, with_response=True)
        self._control.properties |= Characteristic.Properties.INDICATE

    @abstractmethod
    def numbered(self) -> Sequence[tuple[int, bytes]]:
        """Return the number of each record, and the record as it goes on the air."""

    def catch_up(self) -> None:
        """Have nothing due: it measures when a test says so."""

    def due_us(self) -> int | None:
        return None

    def forget(self) -> bool:
        """Forget all records, if it is a device that does so when it is told to."""
        return False

    async def tell(self, connection: Connection, record: bytes) -> None:
        """Send one record."""
        self.notify(connection, self._measurement, record)
        await self.drain(connection)

    def _obey(self, connection: Connection, order: bytes) -> None:
        operation, operator = order[0], order[1]
        if operation == _REPORT and operator in {_ALL, _AT_LEAST, _LAST}:
            self.chore(self._report(connection, self._asked_for(operator, order)))
        elif (operation, operator) == (_COUNT, _ALL):
            count = struct.pack("<BBH", _COUNT_RESPONSE, 0, len(self.numbered()))
            self.chore(self._say(connection, count))
        elif (operation, operator) == (_DELETE, _ALL) and self.forget():
            self.chore(self._answer(connection, operation, _SUCCESS))
        else:
            self.chore(self._answer(connection, operation, _NOT_SUPPORTED))

    def _asked_for(self, operator: int, order: bytes) -> Sequence[tuple[int, bytes]]:
        records = self.numbered()
        if operator == _LAST:
            return records[-1:]
        first = struct.unpack_from("<H", order, 3)[0] if operator == _AT_LEAST else 0
        self.asked.append(first)
        return [it for it in records if it[0] >= first]

    async def _report(
        self, connection: Connection, records: Sequence[tuple[int, bytes]]
    ) -> None:
        for _, record in records:
            await self.tell(connection, record)
            if not self.is_connected(connection):
                return
        await self._answer(connection, _REPORT, _SUCCESS if records else _NO_RECORDS)

    async def _answer(self, connection: Connection, operation: int, result: int) -> None:
        await self._say(connection, bytes([_RESPONSE, 0, operation, result]))

    async def _say(self, connection: Connection, value: bytes) -> None:
        await self.device.indicate_subscriber(connection, self._control, value, force=True)
