"""A glucose meter, written from the Glucose Service table: it tells its records when asked."""

import struct
from collections.abc import Sequence
from typing import Final

from bumble.core import AdvertisingData

from firmware_sims.air import Air
from firmware_sims.peripheral import Clock
from firmware_sims.record_keeper import RecordKeeper
from firmware_sims.security import Security
from firmware_sims.services import date_time, device_information, readable, service

_CONCENTRATION: Final = 0x02  # kg/L, with type and place
_CAPILLARY_FINGER: Final = 0x11


class Meter(RecordKeeper):
    """Numbers its records from 0."""

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
            measurement=0x2A18,
            security=security,
        )
        self.serial = serial
        self.records: list[tuple[int, int]] = []  # unix time in s, mg/dL
        self._ahead_s = ahead_s
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

    def numbered(self) -> Sequence[tuple[int, bytes]]:
        return [(number, self._record(number)) for number in range(len(self.records))]

    def _record(self, number: int) -> bytes:
        at_s, mg_dl = self.records[number]
        head = struct.pack("<BH", _CONCENTRATION, number) + date_time(at_s + self._ahead_s)
        # kg/L is 1e5 mg/dL: the mantissa is the value, the exponent -5.
        return head + struct.pack("<HB", mg_dl | (0xB << 12), _CAPILLARY_FINGER)

    def _calendar(self) -> bytes:
        return date_time(self.clock() // 1_000_000 + self._ahead_s) + bytes(3)
