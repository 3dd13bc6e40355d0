"""Devices that only advertise, written from BTHome's pages and openScale's of the scales."""

import struct
import time
from typing import Final

from bumble.core import AdvertisingData
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from firmware_sims.air import Air, make_device
from firmware_sims.controller import RadioController

_FLAGS: Final = (AdvertisingData.FLAGS, b"\x06")
_PLAIN: Final = 0x40
_SEALED: Final = 0x41
_BTHOME: Final = 0xFCD2
_SCALE: Final = 0x181B


class Beacon:
    """Says one thing, over and over, until it has another to say."""

    def __init__(self, air: Air, *, address: str, interval_ms: float = 50.0) -> None:
        self.address = address
        self.device = make_device(air, address, "beacon")
        self.device.advertising_interval_min = interval_ms
        self.device.advertising_interval_max = interval_ms

    @property
    def radio(self) -> RadioController:
        return self.device.radio

    async def power_on(self) -> None:
        await self.device.power_on()

    async def power_off(self) -> None:
        await self.device.stop_advertising()
        await self.device.power_off()

    async def say(self, service: int, data: bytes) -> None:
        """Advertise service data from now on."""
        said = (AdvertisingData.SERVICE_DATA_16_BIT_UUID, struct.pack("<H", service) + data)
        self.device.advertising_data = bytes(AdvertisingData([_FLAGS, said]))
        await self.device.stop_advertising()
        await self.device.start_advertising()


class Weather(Beacon):
    """A BTHome thermometer; with a key it seals what it says."""

    def __init__(self, air: Air, *, address: str, key: bytes | None = None) -> None:
        super().__init__(air, address=address)
        self._key, self.counter = key, 0

    async def measure(self, hundredths_c: int, percent: int) -> None:
        """Say a temperature and how full the battery is."""
        self.counter += 1
        packet = bytes([0x00, self.counter & 0xFF]) if self._key is None else b""
        objects = packet + struct.pack("<BBBh", 0x01, percent, 0x02, hundredths_c)
        await self.say(
            _BTHOME,
            bytes([_PLAIN]) + objects if self._key is None else self._seal(objects, self._key),
        )

    def _seal(self, objects: bytes, key: bytes) -> bytes:
        counter = struct.pack("<I", self.counter)
        nonce = (
            bytes.fromhex(self.address.replace(":", ""))
            + b"\xd2\xfc"
            + bytes([_SEALED])
            + counter
        )
        sealed = AESCCM(key, tag_length=4).encrypt(nonce, objects, None)
        return bytes([_SEALED]) + sealed[:-4] + counter + sealed[-4:]


class MiScale(Beacon):
    """A Xiaomi body scale: what it shows while somebody stands on it."""

    async def show(self, kg: float, *, settled: bool, ohm: int = 0, at_s: int = 0) -> None:
        """Say a weight in the kilograms it shows, and the resistance once it is known."""
        flags = (0x20 if settled else 0) | (0x02 if ohm else 0)
        date = struct.pack("<HBBBBB", *time.gmtime(at_s)[:6])
        await self.say(
            _SCALE, bytes([0x02, flags]) + date + struct.pack("<HH", ohm, round(kg * 200))
        )
