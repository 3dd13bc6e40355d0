"""Which adverts are ours, and what a device is called."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gateway.gatt import glasses


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of device this gateway can hold."""

    name: str  # first part of the pseudonym
    reported: str  # as a gateway's status says it
    service: str  # advertised by all of them, and by nothing else
    spot_check: bool = False  # it wakes to tell a reading or two, and sleeps again


STRAP: Final = Kind("strap", "heart_rate_strap", "0000180d-0000-1000-8000-00805f9b34fb")
GLASSES: Final = Kind("glasses", "glasses", glasses.SERVICE.uuid)

_BY_SERVICE: Final = {kind.service: kind for kind in (GLASSES, STRAP)}


def kind_of(service_uuids: Iterable[str]) -> Kind | None:
    """Return what advertises these services; None: nothing of ours."""
    return next((_BY_SERVICE[uuid] for uuid in service_uuids if uuid in _BY_SERVICE), None)


def pseudonym(kind: Kind, site: str, identity: str) -> str:
    """Return the name of a device: the same at every gateway of a site, and nowhere else.

    `identity` is its serial number, or its identity address if it has none.
    """
    digest = hashlib.blake2s(f"{site}{identity}".encode(), digest_size=8).hexdigest()
    return f"{kind.name}-{digest}"
