"""A heart-rate strap, written from the Heart Rate Service table: no memory, no counter."""

import struct
from collections import deque
from typing import Final

from bumble.core import AdvertisingData
from bumble.gatt import Service

from firmware_sims.air import Air
from firmware_sims.peripheral import Clock, Peripheral
from firmware_sims.security import Security
from firmware_sims.services import device_information, notified, readable, service
from firmware_sims.sources import HeartSource

_SECOND_US: Final = 1_000_000
_CONTACT_SUPPORTED: Final = 0x04
_CONTACT: Final = 0x02
_RR_PRESENT: Final = 0x10
_CHEST: Final = b"\x01"
_RR_TICKS_A_SECOND: Final = 1024
_LONGEST_LATE_US: Final = 10 * _SECOND_US  # older than this it is not worth saying
_BATTERY_LIFE_S: Final = 400 * 3600.0
_BEATS_KNOWN: Final = 10_000  # when the newest truly ended


class Strap(Peripheral):
    """Says once a second what the heart does, whether or not someone listens."""

    kind = "strap"

    def __init__(
        self,
        air: Air,
        *,
        address: str,
        serial: str,
        source: HeartSource,
        clock: Clock,
        security: Security | None = None,
    ) -> None:
        super().__init__(
            air,
            address=address,
            name=f"Strap {serial}",
            clock=clock,
            battery_life_s=_BATTERY_LIFE_S,
            security=security,
        )
        self.serial = serial
        self.measured = 0  # seconds it had something to say
        self.sent = 0  # ... and a central that it said it to
        self.beat_ends_us: deque[float] = deque(maxlen=_BEATS_KNOWN)
        self._source = source
        self._begin(clock())
        self._frozen = False
        self._measurement = notified(0x2A37)
        heart_rate = service(0x180D, self._measurement, readable(0x2A38, lambda: _CHEST))
        uuids = struct.pack("<HH", 0x180D, 0x180F)
        self.offer(
            [heart_rate, device_information("HR-1", serial), *self._more_services()],
            [(AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, uuids)],
        )

    def _more_services(self) -> list[Service]:
        """Return what a maker offers beside the standard."""
        return []

    def _begin(self, at_us: int) -> None:
        self._source.begin(at_us)
        self._next_us = at_us + _SECOND_US
        self._next_beat_us = float(at_us)

    async def power_on(self) -> None:
        self._begin(self.clock())
        await super().power_on()

    def freeze(self) -> None:
        """Measure nothing any more."""
        self.catch_up()
        self._frozen = True

    def malform(self) -> None:
        """Say something that is no measurement."""
        self.say_nonsense(self._measurement)

    def due_us(self) -> int | None:
        return None if self._frozen else self._next_us

    def catch_up(self) -> None:
        now_us = self.clock()
        while not self._frozen and self._next_us <= now_us:
            payload = self._measure(self._next_us)
            self.measured += 1
            if now_us - self._next_us <= _LONGEST_LATE_US:
                self._say(payload)
            self._next_us += _SECOND_US

    def _say(self, payload: bytes) -> None:
        listeners = self.listeners(self._measurement)
        for connection in listeners:
            self.notify(connection, self._measurement, payload)
        self.sent += bool(listeners)

    def _measure(self, at_us: int) -> bytes:
        bpm = self._source.heart_rate_bpm(at_us)
        if bpm is None:
            self._next_beat_us = float(at_us)
            return bytes([_CONTACT_SUPPORTED, 0])
        beats = self._beats(at_us)
        flags = _CONTACT_SUPPORTED | _CONTACT | (_RR_PRESENT if beats else 0)
        return struct.pack(f"<BB{len(beats)}H", flags, round(bpm), *beats)

    def _beats(self, until_us: int) -> list[int]:
        beats: list[int] = []
        while True:
            rr_s = self._source.rr_s(round(self._next_beat_us))
            if self._next_beat_us + rr_s * 1e6 > until_us:
                return beats
            self._next_beat_us += rr_s * 1e6
            self.beat_ends_us.append(self._next_beat_us)
            beats.append(round(rr_s * _RR_TICKS_A_SECOND))
