"""What is within reach: every advert that is heard for a while, without who sent it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError
from bleak.uuids import uuidstr_to_str

from gateway.adapter import open_adapter
from gateway.adverts.table import ADVERTS
from gateway.discovery import KINDS, Kind, kind_of
from gateway.gatt.table import short

_ADVERTS: Final = {advert.uuid for advert in ADVERTS}


@dataclass(frozen=True, slots=True)
class Nearby:
    """One device, as it advertises."""

    rssi_dbm: int
    adverts: int
    services: tuple[str, ...]  # in words where they have any
    kind: str | None  # what this gateway holds it as; None: nothing of ours
    listable: str | None  # the address of one whose adverts can be kept


async def survey(
    radios: Sequence[str], bonds: Path, seconds: float, kinds: Sequence[Kind] = KINDS
) -> list[Nearby]:
    """Return what every radio hears, nearest first; raise BleakError if one cannot hear."""
    heard: dict[str, Nearby] = {}

    def note(device: BLEDevice, data: AdvertisementData) -> None:
        before = heard.get(device.address)
        heard[device.address] = _nearby(device, data, before, kinds)

    try:
        for radio in radios:
            async with open_adapter(radio, None, bonds) as adapter, adapter.scanner(note):
                await asyncio.wait({adapter.lost}, timeout=seconds)
    except OSError as error:  # a time-out, or a system without D-Bus
        raise BleakError(f"the radio cannot be reached: {error}") from error
    return sorted(heard.values(), key=lambda it: -it.rssi_dbm)


def _nearby(
    device: BLEDevice, data: AdvertisementData, before: Nearby | None, kinds: Sequence[Kind]
) -> Nearby:
    kind = kind_of(data.service_uuids, data.local_name, kinds)
    services = tuple(_in_words(uuid) for uuid in data.service_uuids)
    can_be_listed = not _ADVERTS.isdisjoint(data.service_data)
    return Nearby(
        data.rssi,
        1 + (before.adverts if before else 0),
        services,
        kind.reported if kind else None,
        device.address if can_be_listed else None,
    )


def _in_words(uuid: str) -> str:
    name, number = uuidstr_to_str(uuid), short(uuid).upper()
    return number if name in {"Unknown", "Vendor specific"} else f"{name} {number}"
