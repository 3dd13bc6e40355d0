"""A Colmi ring, written from the open client's notes: frames of sixteen bytes, when asked."""

import struct
import time
from typing import Final

from bumble.core import UUID, AdvertisingData
from bumble.device import Connection

from firmware_sims.air import Air
from firmware_sims.peripheral import Clock, Peripheral
from firmware_sims.services import device_information, notified, service, written

_SERVICE: Final = "6E40FFF0-B5A3-F393-E0A9-E50E24DCCA9E"
_TO_RING: Final = "6E400002-B5A3-F393-E0A9-E50E24DCCA9E"
_FROM_RING: Final = "6E400003-B5A3-F393-E0A9-E50E24DCCA9E"
_DAY_S: Final = 24 * 3600
_QUARTER_S: Final = 900
_LOG_S: Final = 300
_LOGGED: Final = _DAY_S // _LOG_S
_NO_DATA: Final = 0xFF
_HEADING: Final = 0xF0
_BATTERY_LIFE_S: Final = 100 * 3600.0


class Ring(Peripheral):
    """Counts steps by the quarter of an hour, on a calendar that somebody has to set."""

    kind = "ring"

    def __init__(self, air: Air, *, address: str, serial: str, clock: Clock) -> None:
        super().__init__(
            air,
            address=address,
            name=f"R02_{serial}",
            clock=clock,
            battery_life_s=_BATTERY_LIFE_S,
        )
        self.serial = serial
        self.steps: dict[int, int] = {}  # by the start of a quarter, in s of its calendar
        self.set_to: list[bytes] = []  # times, as they were told
        self.asked: list[int] = []  # days ago
        self.rates: dict[int, int] = {}  # bpm, by s of its calendar, one in five minutes
        self.asked_rates: list[int] = []  # since when
        self.rate_now_bpm = 0  # 0: nobody wears it
        self.measured = 0  # times it was asked to measure
        self._tx = notified(_FROM_RING)
        rx = written(_TO_RING, self._obey, with_response=False)
        kind = AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS
        self.offer(
            [service(_SERVICE, rx, self._tx), device_information("R02", serial)],
            [(kind, bytes(UUID(_SERVICE)))],
        )

    def catch_up(self) -> None:
        """Have nothing due: it speaks when it is asked."""

    def due_us(self) -> int | None:
        return None

    def _obey(self, connection: Connection, order: bytes) -> None:
        if len(order) != 16 or sum(order[:-1]) & 0xFF != order[-1]:
            return
        if order[0] == 0x01:
            self.set_to.append(order[1:7])
            self._say(connection, b"\x01")
        elif order[0] == 0x03:
            self._say(connection, bytes([0x03, self.battery_percent, 0]))
        elif order[0] == 0x43:
            self.asked.append(order[1])
            self._tell_day(connection, order[1])
        elif order[0] == 0x15:
            (since_s,) = struct.unpack_from("<I", order, 1)
            self.asked_rates.append(since_s)
            self._tell_rates(connection, since_s)
        elif order[0] == 0x69:
            self._measure(connection, order[1])
        elif order[0] == 0x6A:
            self._say(connection, order[:2])

    def _tell_rates(self, connection: Connection, since_s: int) -> None:
        rates = bytes(self.rates.get(since_s + n * _LOG_S, 0) for n in range(_LOGGED))
        if not any(rates):
            self._say(connection, bytes([0x15, _NO_DATA]))
            return
        parts = [rates[:9], *(rates[at : at + 13] for at in range(9, _LOGGED, 13))]
        self._say(connection, bytes([0x15, 0, len(parts) + 1, _LOG_S // 60]))
        for number, part in enumerate(parts, 1):
            since = struct.pack("<I", since_s) if number == 1 else b""
            self._say(connection, bytes([0x15, number]) + since + part)

    def _measure(self, connection: Connection, kind: int) -> None:
        self.measured += 1
        for value in (0, 0, self.rate_now_bpm):
            self._say(connection, bytes([0x69, kind, 0 if self.rate_now_bpm else 1, value]))

    def _tell_day(self, connection: Connection, days_ago: int) -> None:
        midnight_s = (self.clock() // 1_000_000 // _DAY_S - days_ago) * _DAY_S
        day = {at: n for at, n in self.steps.items() if midnight_s <= at < midnight_s + _DAY_S}
        if not day:
            self._say(connection, bytes([0x43, _NO_DATA]))
            return
        self._say(connection, bytes([0x43, _HEADING, len(day), 1]))
        for index, (at_s, count) in enumerate(sorted(day.items())):
            now = time.gmtime(at_s)
            date = bytes.fromhex(time.strftime("%y%m%d", now))
            quarter = (at_s - midnight_s) // _QUARTER_S
            told = struct.pack("<BBBHHH", quarter, index, len(day), 10, count, count)
            self._say(connection, b"\x43" + date + told)

    def _say(self, connection: Connection, said: bytes) -> None:
        body = said.ljust(15, b"\0")
        self.notify(connection, self._tx, body + bytes([sum(body) & 0xFF]))
