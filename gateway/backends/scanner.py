"""Adverts over bumble, as a backend for bleak; see `client` for how both are used."""

# bumble leaves some of its parameters without types.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false

from functools import lru_cache
from typing import Any, Final

from bleak.backends.scanner import (
    AdvertisementData,
    AdvertisementDataCallback,
    BaseBleakScanner,
)
from bumble import core
from bumble.core import AdvertisingData
from bumble.device import Advertisement, Device

from gateway.backends.central import Central
from gateway.backends.table import dashed


class BumbleScanner(BaseBleakScanner):
    """Adverts, for BleakScanner(backend=BumbleScanner, central=...)."""

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: str,
        *,
        central: Central,
        **_platform: Any,  # noqa: ANN401 - bleak hands every platform's arguments to each backend
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._active = scanning_mode == "active"
        self._central = central

    async def start(self) -> None:
        self.seen_devices = {}
        self._central.device.on(Device.EVENT_ADVERTISEMENT, self._on_advertisement)
        await self._central.scan(active=self._active)

    async def stop(self) -> None:
        self._central.device.remove_listener(Device.EVENT_ADVERTISEMENT, self._on_advertisement)
        await self._central.stop_scan()

    def _on_advertisement(self, advertisement: Advertisement) -> None:
        data = _advertisement_data(advertisement)
        if not self.is_allowed_uuid(data.service_uuids):
            return
        address = advertisement.address.to_string(with_type_qualifier=False)
        self._central.addresses[address] = advertisement.address
        device = self.create_or_update_device(
            address, address, data.local_name, advertisement.address, data
        )
        self.call_detection_callbacks(device, data)


_KNOWN_LISTS: Final = 1024
_NAMES: Final = {AdvertisingData.COMPLETE_LOCAL_NAME, AdvertisingData.SHORTENED_LOCAL_NAME}
_SERVICE_LISTS: Final = {
    AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS: 2,
    AdvertisingData.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS: 2,
    AdvertisingData.COMPLETE_LIST_OF_32_BIT_SERVICE_CLASS_UUIDS: 4,
    AdvertisingData.INCOMPLETE_LIST_OF_32_BIT_SERVICE_CLASS_UUIDS: 4,
    AdvertisingData.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS: 16,
    AdvertisingData.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS: 16,
}
_SERVICE_DATA: Final = {
    AdvertisingData.SERVICE_DATA_16_BIT_UUID: 2,
    AdvertisingData.SERVICE_DATA_32_BIT_UUID: 4,
    AdvertisingData.SERVICE_DATA_128_BIT_UUID: 16,
}


def _advertisement_data(advertisement: Advertisement) -> AdvertisementData:
    said = _read(tuple(advertisement.data.ad_structures))
    return said._replace(rssi=advertisement.rssi, platform_data=(advertisement,))


@lru_cache(_KNOWN_LISTS)  # every device says the same ten times a second
def _read(structures: tuple[tuple[AdvertisingData.Type, bytes], ...]) -> AdvertisementData:
    name: str | None = None
    tx_power: int | None = None
    manufacturer_data: dict[int, bytes] = {}
    service_data: dict[str, bytes] = {}
    services: dict[str, None] = {}  # a set that keeps its order
    for kind, value in structures:
        if kind in _NAMES:
            name = value.decode("utf-8", "replace")
        elif kind == AdvertisingData.TX_POWER_LEVEL and value:
            tx_power = int.from_bytes(value[:1], "little", signed=True)
        elif kind == AdvertisingData.MANUFACTURER_SPECIFIC_DATA and len(value) >= 2:
            manufacturer_data[int.from_bytes(value[:2], "little")] = value[2:]
        elif kind in _SERVICE_DATA and len(value) >= (size := _SERVICE_DATA[kind]):
            service_data[_uuids(value[:size], size)[0]] = value[size:]
        elif kind in _SERVICE_LISTS:
            services |= dict.fromkeys(_uuids(value, _SERVICE_LISTS[kind]))
    return AdvertisementData(
        local_name=name,
        manufacturer_data=manufacturer_data,
        service_data=service_data,
        service_uuids=list(services),
        tx_power=tx_power,
        rssi=0,
        platform_data=(),
    )


def _uuids(value: bytes, size: int) -> tuple[str, ...]:
    whole = range(0, len(value) - size + 1, size)
    return tuple([dashed(core.UUID.from_bytes(value[at : at + size])) for at in whole])
