"""Smart glasses: motion at 50 Hz with a memory, written from the table in docs/glasses.md."""

import math
import struct
from typing import Final

import numpy as np
from bumble.att import ATT_INVALID_ATTRIBUTE_LENGTH_ERROR, ATT_Error
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection

from firmware_sims.air import Air
from firmware_sims.hand_over import NOT_WORN, HandOver
from firmware_sims.memory import Ring
from firmware_sims.peripheral import Clock, Peripheral
from firmware_sims.security import Security
from firmware_sims.services import device_information, notified, readable, service, written
from firmware_sims.sources import MotionSource

SERVICE: Final = "6b730001-6b69-4e64-8a74-657073000000"
MOTION: Final = "6b730002-6b69-4e64-8a74-657073000000"
MINUTE: Final = "6b730003-6b69-4e64-8a74-657073000000"
STATE: Final = "6b730004-6b69-4e64-8a74-657073000000"
CONTROL: Final = "6b730005-6b69-4e64-8a74-657073000000"

_TICKS_HZ: Final = 32768
_WRAP: Final = 1 << 32
_MINUTE_US: Final = 60_000_000
_KEPT_MINUTES: Final = 30 * 24 * 60
_CHUNK: Final = 30_000  # samples measured in one go
_BATTERY_LIFE_S: Final = 30 * 3600.0

_CONFIRM_SAMPLES: Final = 0x01
_CONFIRM_MINUTES: Final = 0x02
_RESEND: Final = 0x03
_UNKNOWN_OP: Final = 0x80
_OUT_OF_RANGE: Final = 0x81


class Glasses(Peripheral):
    """Measures all the time, remembers, and hands over to whoever subscribes."""

    kind = "glasses"

    def __init__(
        self,
        air: Air,
        *,
        address: str,
        serial: str,
        source: MotionSource,
        clock: Clock,
        rate_hz: float = 50.0,
        memory_s: float = 43200.0,
        boot: int = 1,
        notify_live_samples: int = 25,
        mtu: int = 247,
        ticks_at_boot: int = 0,
        drift_ppm: float = 0.0,
        security: Security | None = None,
    ) -> None:
        super().__init__(
            air,
            address=address,
            name=f"Glasses {serial}",
            clock=clock,
            battery_life_s=_BATTERY_LIFE_S,
            security=security,
            mtu=mtu,
        )
        self.serial, self.boot, self.live_samples = serial, boot, notify_live_samples
        self.alerts: list[int] = []  # levels, as they were asked for
        self.calendar = bytes(10)  # Current Time as it was written; zeros: never
        self.measured_samples = 0  # over all boots
        self.sent_samples = 0  # to all centrals, resent ones again
        self.sent_minutes = 0
        self._source = source
        self._capacity = math.ceil(memory_s * rate_hz)
        self._period_us = 1e6 / rate_hz  # by the device's own clock, as the next two
        self._true_period_us = self._period_us / (1 + drift_ppm * 1e-6)  # by everyone else's
        self._ticks_at_boot = ticks_at_boot
        self._readers: dict[Connection, HandOver] = {}
        self._frozen = self._was_on = False
        self._begin(clock())
        self._serve(serial)

    def _serve(self, serial: str) -> None:
        self.motion, self.minute = notified(MOTION), notified(MINUTE)
        self.motion.on(self.motion.EVENT_SUBSCRIPTION, self._motion_subscribed)
        self.minute.on(self.minute.EVENT_SUBSCRIPTION, self._minute_subscribed)
        control = written(CONTROL, self._obey, with_response=True)
        alert = written(0x2A06, self._alert, with_response=False)
        state = readable(STATE, self._state)
        own = service(SERVICE, self.motion, self.minute, state, control)
        calendar = written(0x2A2B, self._set_calendar, with_response=True)
        said = AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS
        self.offer(
            [
                own,
                service(0x1802, alert),
                service(0x1805, calendar),
                device_information("SG-1", serial),
            ],
            [(said, bytes(UUID(SERVICE)))],
        )

    def _begin(self, at_us: int) -> None:
        """Start counting from nothing, with an empty memory."""
        self._begun_us = at_us
        self._source.begin(at_us)
        self.samples = Ring(self._capacity, 3, np.int16)
        self.minutes = Ring(_KEPT_MINUTES, 1, np.uint16)
        self.confirmed_samples = 0
        self.confirmed_minutes = 0

    async def power_on(self) -> None:
        if self._was_on:
            self._restart()
        elif not self.measured_samples:
            self._begin(self.clock())
        self._was_on = True
        await super().power_on()

    # What a test does to it.

    def remember(self, from_us: int, to_us: int) -> None:
        """Have been worn since `from_us`: what was measured up to `to_us` is in memory."""
        if self.measured_samples:
            raise ValueError(f"{self.serial} has been measuring since {self._begun_us}")
        self._begin(from_us)
        self._measure(to_us)

    def freeze(self) -> None:
        """Measure nothing any more, for good: what is in memory can still be handed over."""
        self.catch_up()
        self._frozen = True
        self._wake_readers()

    def malform(self) -> None:
        """Say something that is no motion."""
        self.say_nonsense(self.motion)

    def reboot(self) -> None:
        """Lose memory and connections; come back under the next boot number."""
        self.catch_up()
        self._restart()
        self._air.silence(self.radio)

    def _restart(self) -> None:
        self.boot = (self.boot + 1) & 0xFFFF
        for reader in self._readers.values():
            reader.forget()
        self._begin(self.clock())

    # Time.

    def catch_up(self) -> None:
        if not self._frozen:
            self._measure(self.clock())

    def due_us(self) -> int | None:
        if self.is_finished:
            return None
        next_live = self.samples.next + self.live_samples
        return math.ceil(self._begun_us + next_live * self._true_period_us)

    @property
    def is_finished(self) -> bool:
        """Nothing will be measured any more."""
        ends_us = self._source.ends_us
        return self._frozen or (ends_us is not None and self.clock() >= ends_us)

    def ticks(self, sample: int) -> int:
        """Return the device's tick counter at a sample."""
        elapsed = math.floor(sample * self._period_us * _TICKS_HZ / 1e6)
        return (self._ticks_at_boot + elapsed) % _WRAP

    def minute_start(self, minute: int) -> int:
        """Return the counter of a minute's first sample."""
        return math.ceil(minute * _MINUTE_US / self._period_us)

    def _measure(self, until_us: int) -> None:
        if self._source.ends_us is not None:
            until_us = min(until_us, self._source.ends_us)
        due = math.floor((until_us - self._begun_us) / self._true_period_us)
        while self.samples.next < due:
            self._measure_some(min(_CHUNK, due - self.samples.next))
        self._sum_minutes()
        self._wake_readers()

    def _measure_some(self, n: int) -> None:
        start_us = self._true_us(self.samples.next)
        rows = self._source.accel(start_us, n, self._true_period_us)
        worn = self._source.worn(start_us, n, self._true_period_us)
        self.samples.append(rows, np.where(worn, 0, NOT_WORN).astype(np.uint8))
        self.measured_samples += n

    def _sum_minutes(self) -> None:
        while self.minute_start(self.minutes.next + 1) <= self.samples.next:
            first = self._true_us(self.minute_start(self.minutes.next))
            end = self._true_us(self.minute_start(self.minutes.next + 1))
            worn = self._source.worn(first, 60, (end - first) / 60)
            steps = min(self._source.steps(first, end), 0xFFFF)
            flags = 0 if worn.mean() >= 0.5 else NOT_WORN
            self.minutes.append(np.array([[steps]], np.uint16), np.array([flags], np.uint8))

    def _true_us(self, sample: int) -> int:
        return self._begun_us + round(sample * self._true_period_us)

    # The table.

    def _state(self) -> bytes:
        self.catch_up()
        elapsed_us = (self.clock() - self._begun_us) * self._period_us / self._true_period_us
        ticks = (self._ticks_at_boot + math.floor(elapsed_us * _TICKS_HZ / 1e6)) % _WRAP
        return struct.pack(
            "<HIIIIIIIIH",
            self.boot,
            ticks,
            self.samples.next,
            self.samples.oldest,
            self.confirmed_samples,
            self.minutes.next,
            self.minutes.oldest,
            self.confirmed_minutes,
            round(self._period_us * 256),
            self._source.lsb_per_g,
        )

    def _obey(self, connection: Connection, order: bytes) -> None:
        if len(order) != 5:
            raise ATT_Error(ATT_INVALID_ATTRIBUTE_LENGTH_ERROR)
        op, below = struct.unpack("<BI", order)
        if op == _CONFIRM_SAMPLES:
            self.confirmed_samples = _confirm(self.confirmed_samples, below, self.samples.next)
        elif op == _CONFIRM_MINUTES:
            self.confirmed_minutes = _confirm(self.confirmed_minutes, below, self.minutes.next)
        elif op == _RESEND:
            self._reader(connection).resend()
        else:
            raise ATT_Error(_UNKNOWN_OP)

    def _set_calendar(self, _: Connection, value: bytes) -> None:
        if len(value) != len(self.calendar):
            raise ATT_Error(ATT_INVALID_ATTRIBUTE_LENGTH_ERROR)
        self.calendar = value

    def _alert(self, _: Connection, level: bytes) -> None:
        if len(level) == 1:
            self.alerts.append(level[0])

    def _motion_subscribed(self, connection: Connection, notify: bool, _: bool) -> None:
        self._reader(connection).set_motion(wanted=notify)

    def _minute_subscribed(self, connection: Connection, notify: bool, _: bool) -> None:
        self._reader(connection).set_minutes(wanted=notify)

    def _reader(self, connection: Connection) -> HandOver:
        if connection not in self._readers:
            reader = self._readers[connection] = HandOver(self, connection)
            task = self.chore(reader.run())

            def stop(_reason: int) -> None:
                task.cancel()
                self._readers.pop(connection, None)

            connection.on(connection.EVENT_DISCONNECTION, stop)
        return self._readers[connection]

    def _wake_readers(self) -> None:
        for reader in self._readers.values():
            reader.wake()


def _confirm(before: int, below: int, measured: int) -> int:
    if below > measured:
        raise ATT_Error(_OUT_OF_RANGE)
    return max(before, below)
