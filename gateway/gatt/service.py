"""What a service holds: its characteristics, each with the function that reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

Decode = Callable[[bytes], object]  # bytes in, a frozen record out, or MalformedValue

_ASSIGNED: Final = "-0000-1000-8000-00805f9b34fb"


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One published layout."""

    uuid: str
    name: str
    decode: Decode


@dataclass(frozen=True, slots=True)
class Service:
    """A group of them that a device offers together."""

    uuid: str
    name: str
    characteristics: tuple[Characteristic, ...]


def assigned(number: int) -> str:
    """Return the long form of a number the Bluetooth SIG gave."""
    return f"{number:08x}{_ASSIGNED}"


def short(uuid: str) -> str:
    """Return `2a37` for an assigned number, `6b730002` for one of a vendor's."""
    return uuid[4:8] if uuid.endswith(_ASSIGNED) else uuid[:8]
