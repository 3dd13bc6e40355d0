"""Every simulated device of one air, and what may be asked of them."""

import asyncio
import time
from typing import Any, Final, TypeAlias

import msgspec

from firmware_sims.air import Air
from firmware_sims.descriptions import Device, DeviceDescription
from firmware_sims.glasses import Glasses
from firmware_sims.replayed import Replayed
from firmware_sims.strap import Strap

Answer: TypeAlias = dict[str, Any]

_SECOND_US: Final = 1_000_000


class Refused(ValueError):
    """A request that cannot be done; the text says why."""


class _Request(msgspec.Struct, kw_only=True, tag_field="op", forbid_unknown_fields=True):
    pass


class Counters(_Request, tag="counters"):
    """What every device counted."""


class SetRange(_Request, tag="set_range"):
    """Carry a device out of reach, of everyone or of one gateway, or back."""

    device: str
    in_range: bool
    gateway: str | None = None


class SetAir(_Request, tag="set_air"):
    """Change how a device is heard."""

    device: str
    rssi_dbm: int = -55
    latency_s: float = 0.0
    advert_loss: float = 0.0


class Freeze(_Request, tag="freeze"):
    """Let one device, or all, measure nothing any more, so that a test can drain."""

    device: str | None = None


class Remember(_Request, tag="remember"):
    """Give glasses that are still off the last so many seconds in memory."""

    device: str
    seconds: float


class Power(_Request, tag="power"):
    """Switch a device on or off."""

    device: str
    on: bool


class Reboot(_Request, tag="reboot"):
    """Let glasses lose their memory and come back."""

    device: str


class Malform(_Request, tag="malform"):
    """Let a device say one value that fits no layout."""

    device: str


class Add(_Request, tag="add"):
    """Bring a new device."""

    device: DeviceDescription
    on: bool = True


class Advance(_Request, tag="advance"):
    """Let the devices' clock jump ahead."""

    seconds: float


Request: TypeAlias = (
    Counters | SetRange | SetAir | Freeze | Remember | Power | Reboot | Malform | Add | Advance
)


class Fleet:
    """Devices by serial number; a device that breaks ends the group it lives in."""

    def __init__(self, air: Air, group: asyncio.TaskGroup) -> None:
        self.air, self._group = air, group
        self.devices: dict[str, Device] = {}
        self._ahead_us = 0

    def now_us(self) -> int:
        return time.time_ns() // 1000 + self._ahead_us

    async def add(self, description: DeviceDescription, *, on: bool = True) -> None:
        if description.serial in self.devices:
            raise Refused(f"there is a {description.serial} already")
        device = self.devices[description.serial] = description.build(self.air, self.now_us)
        if on:
            await self._switch(device, on=True)

    async def power_off(self) -> None:
        for device in self.devices.values():
            await device.power_off()

    async def perform(self, request: Request) -> Answer:
        """Do what is asked; raise Refused or a device's ValueError if it cannot be done."""
        match request:
            case Add():
                await self.add(request.device, on=request.on)
            case Power():
                await self._switch(self._device(request.device), on=request.on)
            case Counters():
                return {serial: count(device) for serial, device in self.devices.items()}
            case Malform():
                self._device(request.device).malform()
            case _:
                self._perform_at_once(request)
        return {}

    def _perform_at_once(
        self, request: SetRange | SetAir | Freeze | Remember | Reboot | Advance
    ) -> None:
        match request:
            case SetRange():
                device = self._device(request.device)
                self.air.set_in_range(device, request.in_range, of=request.gateway)
            case SetAir():
                self._set_air(request)
            case Freeze():
                chosen = self.devices if request.device is None else [request.device]
                for serial in chosen:
                    self._device(serial).freeze()
            case Remember():
                now_us = self.now_us()
                from_us = now_us - round(request.seconds * _SECOND_US)
                self._glasses(request.device).remember(from_us, now_us)
            case Reboot():
                self._glasses(request.device).reboot()
            case Advance():
                self._advance(request.seconds)

    def _set_air(self, request: SetAir) -> None:
        path = self.air.path(self._device(request.device))
        path.rssi_dbm, path.latency_s = request.rssi_dbm, request.latency_s
        path.advert_loss = request.advert_loss

    def _advance(self, seconds: float) -> None:
        self._ahead_us += round(seconds * _SECOND_US)
        for device in self.devices.values():
            device.catch_up()

    async def _switch(self, device: Device, *, on: bool) -> None:
        if on:
            await device.power_on()
            self._group.create_task(device.join(), name=device.serial)
        else:
            await device.power_off()

    def _device(self, serial: str) -> Device:
        if serial not in self.devices:
            raise Refused(f"there is no {serial}")
        return self.devices[serial]

    def _glasses(self, serial: str) -> Glasses:
        device = self._device(serial)
        if not isinstance(device, Glasses):
            raise Refused(f"{serial} is no pair of glasses")
        return device


def count(device: Device) -> Answer:
    """Return what a device's firmware counted."""
    counted: Answer = {
        "kind": device.kind,
        "address": str(device.device.random_address),
        "connected": device.connected,
        "notifications": device.notifications,
    }
    if isinstance(device, Strap):
        return counted | {"measured": device.measured, "sent": device.sent}
    if isinstance(device, Replayed):
        return counted | {"sent": device.sent}
    return counted | {
        "measured": device.measured_samples,
        "sent": device.sent_samples,
        "confirmed": device.confirmed_samples,
        "measured_minutes": device.minutes.next,
        "confirmed_minutes": device.confirmed_minutes,
        "oldest": device.samples.oldest,
        "boot": device.boot,
        "alerts": device.alerts,
        "calendar": device.calendar.hex(),
    }
