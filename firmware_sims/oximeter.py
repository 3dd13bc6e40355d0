"""A pulse oximeter, written from the Pulse Oximeter Service table: keeps what nobody heard."""

import struct
from collections.abc import Sequence
from typing import Final

from bumble.core import AdvertisingData
from bumble.device import Connection
from bumble.gatt import Characteristic

from firmware_sims.air import Air
from firmware_sims.peripheral import Clock
from firmware_sims.record_keeper import RecordKeeper
from firmware_sims.services import date_time, device_information, readable, service

_TIME_AND_STATUS: Final = 0x03
_FULLY_QUALIFIED: Final = 1 << 8
_FROM_STORAGE: Final = 1 << 9
_STATUSES: Final = _FULLY_QUALIFIED | _FROM_STORAGE
_FEATURES: Final = 0x0D  # a status, a memory, a time


class Oximeter(RecordKeeper):
    """Measures when a finger is put into it; has no numbers for its records."""

    kind = "oximeter"

    def __init__(self, air: Air, *, address: str, serial: str, clock: Clock) -> None:
        super().__init__(
            air, address=address, name=f"Oximeter {serial}", clock=clock, measurement=0x2A5E
        )
        self._measurement.properties = Characteristic.Properties.INDICATE
        self.records: list[tuple[int, int, int]] = []  # unix time in s, percent, bpm
        self.deleted = 0  # times
        self.obeys_delete = True
        features = readable(0x2A60, lambda: struct.pack("<HH", _FEATURES, _STATUSES))
        self.offer(
            [
                service(0x1822, self._measurement, features, self._control),
                service(0x1805, readable(0x2A2B, self._calendar)),
                device_information("PO-1", serial),
            ],
            [(AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, b"\x22\x18")],
        )

    def measure(self, at_s: int, percent: int, bpm: int) -> None:
        """Tell one more reading, or keep it if nobody listens."""
        listeners = self.listeners(self._measurement)
        if not listeners:
            self.records.append((at_s, percent, bpm))
        for connection in listeners:
            self.chore(self.tell(connection, _record(at_s, percent, bpm, _FULLY_QUALIFIED)))

    def numbered(self) -> Sequence[tuple[int, bytes]]:
        status = _FULLY_QUALIFIED | _FROM_STORAGE
        return [(n, _record(*each, status)) for n, each in enumerate(self.records)]

    def forget(self) -> bool:
        if self.obeys_delete:
            self.records.clear()
            self.deleted += 1
        return self.obeys_delete

    async def tell(self, connection: Connection, record: bytes) -> None:
        await self.device.indicate_subscriber(connection, self._measurement, record, force=True)

    def _calendar(self) -> bytes:
        return date_time(self.clock() // 1_000_000) + bytes(3)


def _record(at_s: int, percent: int, bpm: int, status: int) -> bytes:
    head = struct.pack("<BHH", _TIME_AND_STATUS, percent, bpm)
    return head + date_time(at_s) + struct.pack("<H", status)
