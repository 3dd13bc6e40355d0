"""What one listed device's adverts tell, by the service their data belong to."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from gateway.adverts import bthome, mi_scale
from gateway.adverts.bthome_telling import BTHomeTeller
from gateway.adverts.mi_telling import MiTeller
from gateway.sensors.said import Said


class Teller(Protocol):
    """Reads one device's service data."""

    def tell(self, value: bytes, at_us: int) -> Iterator[Said]:
        """Yield what is news; raise MalformedValue for data that are none."""
        ...


def tellers(key: bytes | None, address: str) -> Mapping[str, Teller]:
    """Return what reads one device's adverts."""
    return {
        bthome.UUID: BTHomeTeller(key, address),
        mi_scale.WEIGHT: MiTeller(mi_scale.decode_weight),
        mi_scale.COMPOSITION: MiTeller(mi_scale.decode_composition),
    }
