"""Devices as a file or a request describes them."""

import hashlib
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from firmware_sims.air import Air
from firmware_sims.beats import Beats
from firmware_sims.glasses import Glasses
from firmware_sims.peripheral import Clock
from firmware_sims.polar import PolarStrap
from firmware_sims.recording import Recording
from firmware_sims.replayed import Replayed, Traffic
from firmware_sims.security import Security, Wish
from firmware_sims.strap import Strap
from firmware_sims.wearer import Activity, Wearer

Device: TypeAlias = Strap | Glasses | Replayed


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A simulated wearer; what is left out is drawn from the seed."""

    seed: int
    zone: str = "UTC"
    resting_bpm: float | None = None
    age_years: int = 45
    activity_level: float | None = None
    trend_per_week: float = 0.0
    gap_share: float | None = None
    runs: bool | None = None
    program: tuple[tuple[str, int], ...] = ()  # ("walking", 20), ...

    def wearer(self) -> Wearer:
        return Wearer(
            self.seed,
            self.zone,
            resting_bpm=self.resting_bpm,
            age_years=self.age_years,
            activity_level=self.activity_level,
            trend_per_week=self.trend_per_week,
            gap_share=self.gap_share,
            runs=self.runs,
            program=[(Activity[name.upper()], minutes) for name, minutes in self.program],
        )


class Replay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recording: x, y, z (CSV, Parquet) for glasses, beats in ms for a strap, or GATT."""

    path: str
    rate_hz: float | None = None
    scale_g: float = 1.0
    lsb_per_g: int = 4096
    stops_at_end: bool = False
    steps: int = 0

    def recording(self) -> Recording:
        return Recording(
            Path(self.path),
            self.rate_hz,
            self.lsb_per_g,
            scale_g=self.scale_g,
            stops_at_end=self.stops_at_end,
            steps=self.steps,
        )


class DeviceDescription(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One device. Without an address it has one made from its serial number."""

    kind: Literal["strap", "polar", "glasses", "replayed"]
    serial: str
    address: str = ""
    wearer: Person | None = None
    recording: Replay | None = None
    rate_hz: float = 50.0
    live_rows: int = 25  # glasses: in one live notification
    memory_s: float = 43200.0
    remembered_s: float = 0.0  # glasses: so much of the past is in memory
    boot: int = 1
    drift_ppm: float = 0.0
    in_range: bool = True
    away_from: tuple[str, ...] = ()  # gateways it starts out of reach of
    pairing: Wish = "nothing"
    passkey: int = 123_456  # it shows, or that its wearer types into it

    def __post_init__(self) -> None:
        if (self.wearer is None) == (self.recording is None):
            raise ValueError(f"{self.serial}: a wearer or a recording")

    def build(self, air: Air, clock: Clock) -> Device:
        """Return the device, still off."""
        make = {
            "strap": self._strap,
            "polar": self._polar,
            "glasses": self._glasses,
            "replayed": self._replayed,
        }
        device = make[self.kind](air, clock)
        air.set_in_range(device, self.in_range)
        for gateway in self.away_from:
            air.set_in_range(device, False, of=gateway)
        return device

    def _strap(self, air: Air, clock: Clock) -> Strap:
        source = self.wearer.wearer() if self.wearer else self._beats()
        return Strap(
            air,
            address=self._address(),
            serial=self.serial,
            source=source,
            clock=clock,
            security=Security(self.pairing, self.passkey),
        )

    def _polar(self, air: Air, clock: Clock) -> PolarStrap:
        if self.wearer is None:
            raise ValueError(f"{self.serial}: it moves too, so it needs a wearer")
        return PolarStrap(
            air,
            address=self._address(),
            serial=self.serial,
            source=self.wearer.wearer(),
            clock=clock,
            drift_ppm=self.drift_ppm,
        )

    def _glasses(self, air: Air, clock: Clock) -> Glasses:
        glasses = Glasses(
            air,
            address=self._address(),
            serial=self.serial,
            source=self.wearer.wearer() if self.wearer else self._replay().recording(),
            clock=clock,
            rate_hz=self.rate_hz,
            notify_live_samples=self.live_rows,
            memory_s=self.memory_s,
            boot=self.boot,
            drift_ppm=self.drift_ppm,
            security=Security(self.pairing, self.passkey),
        )
        if self.remembered_s:
            now_us = clock()
            glasses.remember(now_us - round(self.remembered_s * 1e6), now_us)
        return glasses

    def _replayed(self, air: Air, clock: Clock) -> Replayed:
        traffic = Traffic(Path(self._replay().path))
        return Replayed(
            air, address=self._address(), serial=self.serial, traffic=traffic, clock=clock
        )

    def _beats(self) -> Beats:
        return Beats.read(Path(self._replay().path))

    def _replay(self) -> Replay:
        if self.recording is None:
            raise ValueError(f"{self.serial}: no recording")
        return self.recording

    def _address(self) -> str:
        """Return a static random address: the two highest bits are set."""
        if self.address:
            return self.address
        digits = hashlib.blake2s(self.serial.encode(), digest_size=6).digest()
        return ":".join(f"{byte:02X}" for byte in (digits[0] | 0xC0, *digits[1:]))


def read_devices(text: str) -> tuple[DeviceDescription, ...]:
    """Read a JSON list of devices; a msgspec.MsgspecError says where it is wrong."""
    return msgspec.json.decode(text, type=tuple[DeviceDescription, ...])
