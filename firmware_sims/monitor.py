"""A continuous glucose monitor, written from the CGM Service table: live, and on request."""

import struct
from collections.abc import Sequence
from typing import Final

from bumble.core import AdvertisingData

from firmware_sims.air import Air
from firmware_sims.peripheral import Clock
from firmware_sims.record_keeper import RecordKeeper
from firmware_sims.services import device_information, readable, service

_MINUTE_US: Final = 60_000_000
_RECORD: Final = struct.Struct("<BBHH")  # size, no flags, mg/dL, minute
_NO_STATUS: Final = bytes(3)


class Monitor(RecordKeeper):
    """Numbers its records by the minutes of its session."""

    kind = "monitor"

    def __init__(
        self, air: Air, *, address: str, serial: str, clock: Clock, began_us: int
    ) -> None:
        super().__init__(
            air, address=address, name=f"CGM {serial}", clock=clock, measurement=0x2AA7
        )
        self.records: list[tuple[int, int]] = []  # minute, mg/dL
        self.began_us = began_us
        state = readable(0x2AA9, lambda: struct.pack("<H", self._minute()) + _NO_STATUS)
        self.offer(
            [
                service(0x181F, self._measurement, state, self._control),
                device_information("CGM-1", serial),
            ],
            [(AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, b"\x1f\x18")],
        )

    def measure(self, minute: int, mg_dl: int) -> None:
        """Keep one more reading, and tell it whoever listens."""
        self.records.append((minute, mg_dl))
        (_, record) = self.numbered()[-1]
        for connection in self.listeners(self._measurement):
            self.notify(connection, self._measurement, record)

    def numbered(self) -> Sequence[tuple[int, bytes]]:
        return [
            (minute, _RECORD.pack(_RECORD.size, 0, mg_dl, minute))
            for minute, mg_dl in self.records
        ]

    def _minute(self) -> int:
        return (self.clock() - self.began_us) // _MINUTE_US
