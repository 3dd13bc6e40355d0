"""A strap that measures raw as well, written from Polar's Measurement Data Specification.

It begins what a central orders at the control point, and says it in frames stamped by a clock
of its own: acceleration and PPG packed as differences, ECG plain. What it is told to record it
says to nobody, and keeps in files until they are removed.
"""

import math
import struct
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue, Service

from firmware_sims.air import Air
from firmware_sims.peripheral import Clock
from firmware_sims.polar_files import Files, moment, packets
from firmware_sims.polar_frames import (
    ACCELERATION,
    ECG,
    OFFERS,
    PPG,
    RATE,
    Offer,
    Row,
    features,
    heading,
    packed,
    plain,
)
from firmware_sims.services import notified, service
from firmware_sims.sources import HeartSource, MotionSource
from firmware_sims.strap import Strap

_SERVICE: Final = "FB005C80-02E7-F387-1CAD-8ACD2D8DF0C8"
_CONTROL: Final = "FB005C81-02E7-F387-1CAD-8ACD2D8DF0C8"
_DATA: Final = "FB005C82-02E7-F387-1CAD-8ACD2D8DF0C8"
_FILES_SERVICE: Final = 0xFEEE
_PACKETS: Final = "FB005C51-02E7-F387-1CAD-8ACD2D8DF0C8"
_GET_SETTINGS: Final = 0x01
_START: Final = 0x02
_STOP: Final = 0x03
_TELL_UNDER_WAY: Final = 0x05
_RECORDED: Final = 0x80
_LIVE: Final = 0x40
_ANSWER: Final = 0xF0
_SUCCESS: Final = 0x00
_UNKNOWN_KIND: Final = 0x02
_INVALID: Final = 0x05
_ALREADY: Final = 0x06
_CLOCK_AT_START_NS: Final = 599_616_000 * 10**9  # 2019, as one that nobody set
_SAID: Final = 10_000
_LARGEST_FILE: Final = 500_000
_BURST: Final = 20  # packets of a file that are on their way at once
_NAMES: Final = {ECG: "ECG", PPG: "PPG", ACCELERATION: "ACC"}
_LONGEST_LATE_US: Final = 5_000_000


class Wearer(HeartSource, MotionSource, Protocol):
    """Whose heart beats, and who moves."""


@dataclass
class _Measuring:
    """One kind under way."""

    begun_us: int
    rate_hz: int
    path: str = ""  # where it is recorded; empty: it is said
    files: int = 0  # that were full
    file: bytearray = field(default_factory=bytearray)
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
        can_record: bool = True,
    ) -> None:
        self._can_record = can_record
        self.measuring: dict[int, _Measuring] = {}
        self.recorded: list[tuple[int, float, Row]] = []  # kind, when, and what of all
        self.files = Files()
        self.largest_file = _LARGEST_FILE
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
            CharacteristicValue(
                read=lambda _: features(records=self._can_record), write=self._obey
            ),
        )
        self._packets = Characteristic[bytes](
            _PACKETS,
            may.WRITE | may.WRITE_WITHOUT_RESPONSE | may.NOTIFY,
            Characteristic.WRITEABLE,
            CharacteristicValue(write=self._ask),
        )
        return [
            service(_SERVICE, self._control, self._data),
            *([service(_FILES_SERVICE, self._packets)] if self._can_record else []),
        ]

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
        if order[0] == _TELL_UNDER_WAY:
            answer = bytes([_ANSWER, _TELL_UNDER_WAY, 0, _SUCCESS, 0]) + self._under_way()
        else:
            operation, kind = order[0], order[1]
            status, told = self._done(operation, kind, order[2:])
            answer = bytes([_ANSWER, operation, kind, status, 0]) + told
        self.chore(self._answer(connection, answer))

    async def _answer(self, connection: Connection, answer: bytes) -> None:
        await self.device.indicate_subscriber(connection, self._control, answer, force=True)

    def _done(self, operation: int, kind: int, chosen: bytes) -> tuple[int, bytes]:
        recorded, kind = bool(kind & _RECORDED), kind & ~_RECORDED
        offer = OFFERS.get(kind)
        if offer is None:
            return _UNKNOWN_KIND, b""
        if operation == _GET_SETTINGS:
            rates = struct.pack(
                f"<BB{len(offer.rates_hz)}H", RATE, len(offer.rates_hz), *offer.rates_hz
            )
            return _SUCCESS, rates + offer.settings
        if operation == _STOP:
            self._end(kind)
            return _SUCCESS, b""
        return self._start(kind, offer, chosen, recorded=recorded)

    def _under_way(self) -> bytes:
        states = {True: _RECORDED, False: _LIVE}
        return bytes([kind | states[bool(it.path)] for kind, it in self.measuring.items()])

    def _start(
        self, kind: int, offer: Offer, chosen: bytes, *, recorded: bool
    ) -> tuple[int, bytes]:
        if kind in self.measuring:
            return _ALREADY, b""
        setting, count, rate_hz = struct.unpack_from("<BBH", chosen)
        if (setting, count) != (RATE, 1) or rate_hz not in offer.rates_hz:
            return _INVALID, b""
        path = moment(self._stamp_ns(self.clock())).strftime("/U/0/%Y%m%d/R/%H%M%S/")
        self.measuring[kind] = _Measuring(self.clock(), rate_hz, path if recorded else "")
        return _SUCCESS, struct.pack("<BBf", 5, 1, offer.factor) if offer.factor else b""

    # Recordings.

    def _end(self, kind: int) -> None:
        under_way = self.measuring.pop(kind, None)
        if under_way and under_way.path:
            self._save(kind, under_way)

    def _save(self, kind: int, under_way: _Measuring) -> None:
        if under_way.file:
            name = f"{_NAMES[kind]}{under_way.files}.REC"
            self.files.kept[under_way.path + name] = bytes(under_way.file)
        under_way.files, under_way.file = under_way.files + 1, bytearray()

    def _record(self, kind: int, under_way: _Measuring, frame: bytes) -> None:
        if not under_way.file:
            under_way.file += heading(OFFERS[kind], under_way.rate_hz)
        under_way.file += struct.pack("<H", len(frame)) + frame
        if len(under_way.file) >= self.largest_file:
            self._save(kind, under_way)

    def _ask(self, connection: Connection, packet: bytes) -> None:
        message = self.files.hear(packet)
        if message is not None:
            error, told = self.files.answer(message, self._stamp_ns(self.clock()))
            self.chore(self._tell(connection, error, told))

    async def _tell(self, connection: Connection, error: int, told: bytes) -> None:
        for number, packet in enumerate(packets(error, told, connection.att_mtu - 3)):
            self.notify(connection, self._packets, packet)
            if number % _BURST == 0:
                await self.drain(connection)
            if not self.is_connected(connection):
                return

    # Measuring.

    def _frame_due_us(self, kind: int) -> int:
        under_way = self.measuring[kind]
        last = under_way.said + OFFERS[kind].rows - 1
        return math.ceil(self._true_us(under_way, last))

    def _true_us(self, under_way: _Measuring, row: int) -> float:
        return under_way.begun_us + row * 1e6 / under_way.rate_hz / self._speed

    def _say_frame(self, kind: int) -> None:
        under_way, offer = self.measuring[kind], OFFERS[kind]
        first, under_way.said = under_way.said, under_way.said + offer.rows
        times_us = [self._true_us(under_way, first + n) for n in range(offer.rows)]
        rows = self._measured(kind, first, times_us)
        under_way.rows += zip(times_us, rows, strict=True)
        stamp = self._stamp_ns(times_us[-1])
        body = (
            packed(rows, offer.width) if offer.frame_type & 0x80 else plain(rows, offer.width)
        )
        frame = struct.pack("<BQB", kind, stamp, offer.frame_type) + body
        if under_way.path:
            self.recorded += [(kind, *it) for it in zip(times_us, rows, strict=True)]
            self._record(kind, under_way, frame)
        elif self.clock() - times_us[-1] < _LONGEST_LATE_US:
            for connection in self.listeners(self._data):
                self.notify(connection, self._data, frame)

    def _stamp_ns(self, at_us: float) -> int:
        ran_us = (at_us - self._on_since_us) * self._speed
        return _CLOCK_AT_START_NS + round(ran_us * 1000)

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
