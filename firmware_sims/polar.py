"""A strap that measures raw as well, written from Polar's Measurement Data Specification.

It begins what a central orders at the control point, and says it in frames stamped by a clock
of its own: acceleration and PPG packed as differences, ECG plain.
"""

import itertools
import math
import struct
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue, Service

from firmware_sims.air import Air
from firmware_sims.peripheral import Clock
from firmware_sims.services import notified, service
from firmware_sims.sources import HeartSource, MotionSource
from firmware_sims.strap import Strap

Row: TypeAlias = tuple[int, ...]

ECG: Final = 0
PPG: Final = 1
ACCELERATION: Final = 2

_SERVICE: Final = "FB005C80-02E7-F387-1CAD-8ACD2D8DF0C8"
_CONTROL: Final = "FB005C81-02E7-F387-1CAD-8ACD2D8DF0C8"
_DATA: Final = "FB005C82-02E7-F387-1CAD-8ACD2D8DF0C8"
_GET_SETTINGS: Final = 0x01
_START: Final = 0x02
_STOP: Final = 0x03
_ANSWER: Final = 0xF0
_SUCCESS: Final = 0x00
_UNKNOWN_KIND: Final = 0x02
_INVALID: Final = 0x05
_ALREADY: Final = 0x06
_RATE: Final = 0x00
_CLOCK_AT_START_NS: Final = 599_616_000 * 10**9  # 2019, as one that nobody set
_SAID: Final = 10_000
_LONGEST_LATE_US: Final = 5_000_000


@dataclass(frozen=True)
class _Offer:
    """What can be measured, and how it is said."""

    rates_hz: tuple[int, ...]
    settings: bytes  # beside the rates
    frame_type: int
    rows: int  # in a frame
    width: int  # bytes of a number
    factor: float = 0.0  # 0: none is told


_OFFERS: Final = {
    ECG: _Offer((130,), bytes.fromhex("01 01 0e00"), 0x00, 40, 3),
    PPG: _Offer((28, 44, 55, 135), bytes.fromhex("01 01 1600 04 01 04"), 0x80, 14, 3, 1.0),
    ACCELERATION: _Offer(
        (25, 50, 100, 200), bytes.fromhex("01 01 1000 02 03 0200 0400 0800"), 0x81, 16, 2
    ),
}


class Wearer(HeartSource, MotionSource, Protocol):
    """Whose heart beats, and who moves."""


@dataclass
class _Measuring:
    """One kind under way."""

    begun_us: int
    rate_hz: int
    said: int = 0  # rows
    rows: deque[tuple[float, Row]] = field(
        default_factory=lambda: deque[tuple[float, Row]](maxlen=_SAID)
    )


class PolarStrap(Strap):
    """Says its heart as every strap does, and raw what it is asked for."""

    kind = "polar"

    def __init__(
        self,
        air: Air,
        *,
        address: str,
        serial: str,
        source: Wearer,
        clock: Clock,
        drift_ppm: float = 0.0,
    ) -> None:
        self.measuring: dict[int, _Measuring] = {}
        self.orders: list[bytes] = []
        self._motion, self._speed = source, 1 + drift_ppm * 1e-6
        self._on_since_us = clock()
        super().__init__(air, address=address, serial=serial, source=source, clock=clock)

    def _more_services(self) -> list[Service]:
        may = Characteristic.Properties
        self._data = notified(_DATA)
        self._control = Characteristic[bytes](
            _CONTROL,
            may.READ | may.WRITE | may.INDICATE,
            Characteristic.READABLE | Characteristic.WRITEABLE,
            CharacteristicValue(read=lambda _: _features(), write=self._obey),
        )
        return [service(_SERVICE, self._control, self._data)]

    def due_us(self) -> int | None:
        dues = [self._frame_due_us(kind) for kind in self.measuring]
        heart_us = super().due_us()
        return min(dues if heart_us is None else [heart_us, *dues], default=None)

    def catch_up(self) -> None:
        super().catch_up()
        for kind in self.measuring:
            while self._frame_due_us(kind) <= self.clock():
                self._say_frame(kind)

    # Orders.

    def _obey(self, connection: Connection, order: bytes) -> None:
        self.orders.append(order)
        operation, kind = order[0], order[1]
        status, told = self._done(operation, kind, order[2:])
        answer = bytes([_ANSWER, operation, kind, status, 0]) + told
        self.chore(self._answer(connection, answer))

    async def _answer(self, connection: Connection, answer: bytes) -> None:
        await self.device.indicate_subscriber(connection, self._control, answer, force=True)

    def _done(self, operation: int, kind: int, chosen: bytes) -> tuple[int, bytes]:
        offer = _OFFERS.get(kind)
        if offer is None:
            return _UNKNOWN_KIND, b""
        if operation == _GET_SETTINGS:
            rates = struct.pack(
                f"<BB{len(offer.rates_hz)}H", _RATE, len(offer.rates_hz), *offer.rates_hz
            )
            return _SUCCESS, rates + offer.settings
        if operation == _STOP:
            self.measuring.pop(kind, None)
            return _SUCCESS, b""
        return self._start(kind, offer, chosen)

    def _start(self, kind: int, offer: _Offer, chosen: bytes) -> tuple[int, bytes]:
        if kind in self.measuring:
            return _ALREADY, b""
        setting, count, rate_hz = struct.unpack_from("<BBH", chosen)
        if (setting, count) != (_RATE, 1) or rate_hz not in offer.rates_hz:
            return _INVALID, b""
        self.measuring[kind] = _Measuring(self.clock(), rate_hz)
        return _SUCCESS, struct.pack("<BBf", 5, 1, offer.factor) if offer.factor else b""

    # Measuring.

    def _frame_due_us(self, kind: int) -> int:
        under_way = self.measuring[kind]
        last = under_way.said + _OFFERS[kind].rows - 1
        return math.ceil(self._true_us(under_way, last))

    def _true_us(self, under_way: _Measuring, row: int) -> float:
        return under_way.begun_us + row * 1e6 / under_way.rate_hz / self._speed

    def _say_frame(self, kind: int) -> None:
        under_way, offer = self.measuring[kind], _OFFERS[kind]
        first, under_way.said = under_way.said, under_way.said + offer.rows
        times_us = [self._true_us(under_way, first + n) for n in range(offer.rows)]
        rows = self._measured(kind, first, times_us)
        under_way.rows += zip(times_us, rows, strict=True)
        ran_us = (times_us[-1] - self._on_since_us) * self._speed
        stamp = _CLOCK_AT_START_NS + round(ran_us * 1000)
        body = (
            _packed(rows, offer.width) if offer.frame_type & 0x80 else _plain(rows, offer.width)
        )
        if self.clock() - times_us[-1] < _LONGEST_LATE_US:
            for connection in self.listeners(self._data):
                head = struct.pack("<BQB", kind, stamp, offer.frame_type)
                self.notify(connection, self._data, head + body)

    def _measured(self, kind: int, first: int, times_us: Sequence[float]) -> list[Row]:
        if kind == ACCELERATION:
            period_us = times_us[1] - times_us[0]
            counts = self._motion.accel(round(times_us[0]), len(times_us), period_us)
            return [
                tuple(round(1000 * n / self._motion.lsb_per_g) for n in row)
                for row in counts.tolist()
            ]
        if kind == ECG:
            return [
                (round(900 * math.sin(n / 9) ** 21),)
                for n in range(first, first + len(times_us))
            ]
        waves = [round(4000 * math.sin(n / 11)) for n in range(first, first + len(times_us))]
        return [(300_000 + wave, 310_000 + wave, 290_000 - wave, 50) for wave in waves]


def _features() -> bytes:
    bits = sum(1 << kind for kind in _OFFERS)
    return bytes([0x0F, bits]) + bytes(15)


def _plain(rows: Sequence[Row], width: int) -> bytes:
    return b"".join(
        number.to_bytes(width, "little", signed=True) for row in rows for number in row
    )


def _packed(rows: Sequence[Row], width: int) -> bytes:
    """Return the first row whole, then one block of differences of as few bits as will do."""
    changes = [
        after - before
        for earlier, later in itertools.pairwise(rows)
        for before, after in zip(earlier, later, strict=True)
    ]
    bits = max(1 + (change if change >= 0 else ~change).bit_length() for change in changes)
    packed = 0
    for place, change in enumerate(changes):
        packed |= (change & ((1 << bits) - 1)) << (place * bits)
    size = (len(changes) * bits + 7) // 8
    return (
        _plain(rows[:1], width) + bytes([bits, len(rows) - 1]) + packed.to_bytes(size, "little")
    )
