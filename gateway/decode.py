"""A characteristic's value by hand: hex text in, a record that fits into JSON out."""

import re
import struct
from collections.abc import Iterable
from enum import Enum, IntFlag
from typing import Any, Final, cast

import msgspec

from gateway.adverts.table import ADVERTS
from gateway.gatt.service import Characteristic, short
from gateway.gatt.table import characteristics

_SEPARATORS: Final = re.compile(r"[\s:,_-]+")
_NOT_HEX: Final = re.compile(r"[^0-9a-fA-F]")


class Unreadable(ValueError):
    """What was typed names no characteristic, or is no hex; the message says which."""


def decode_to_json(
    characteristic: str, hex_text: str, own: Iterable[Characteristic] = ()
) -> dict[str, Any]:
    """Return a decoded value as JSON data.

    `characteristic` may also be the service that an advert's data belongs to; what is the
    caller's own is known before what comes along.

    Raises Unreadable for what was typed wrongly, and MalformedValue for bytes that do not fit
    the characteristic's published layout; both are a ValueError.
    """
    found = _find(characteristic, own)
    record = found.decode(_bytes(hex_text))
    heading = {"characteristic": short(found.uuid).upper(), "name": found.name}
    return heading | _plain(record)


def known() -> dict[str, Characteristic]:
    """Return all that can be decoded, by short number."""
    return characteristics() | {short(advert.uuid): advert for advert in ADVERTS}


def _find(characteristic: str, own: Iterable[Characteristic]) -> Characteristic:
    table = known() | {short(each.uuid): each for each in own}
    wanted = characteristic.strip().lower().removeprefix("0x")
    found = table.get(short(wanted) if len(wanted) == 36 else wanted)
    if found is None or (len(wanted) == 36 and found.uuid != wanted):
        names = ", ".join(number.upper() for number in table)
        raise Unreadable(f"unknown characteristic {characteristic!r}; known are {names}")
    return found


def _bytes(hex_text: str) -> bytes:
    digits = _SEPARATORS.sub("", hex_text.replace("0x", " ").replace("0X", " "))
    strange = _NOT_HEX.search(digits)
    if strange:
        raise Unreadable(f"not a hex digit: {strange.group()!r}")
    if len(digits) % 2:
        raise Unreadable(f"an odd number of hex digits ({len(digits)}): half a byte is missing")
    return bytes.fromhex(digits)


def _plain(value: Any) -> Any:  # noqa: ANN401 - any record, field by field
    if isinstance(value, msgspec.Struct):
        return {name: _field(name, getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple):
        return [_plain(each) for each in cast("tuple[Any, ...]", value)]
    if isinstance(value, IntFlag):
        return _names(value)
    if isinstance(value, bytes):
        return value.hex()
    return value.name.lower() if isinstance(value, Enum) else value


def _field(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever a value holds
    if name == "samples" and isinstance(value, bytes):
        return [list(axes) for axes in struct.iter_unpack("<hhh", value)]
    return _plain(value)


def _names(flags: IntFlag) -> list[str]:
    known = [member for member in type(flags) if member in flags]
    reserved = flags.value & ~sum(known)
    return [str(member.name).lower() for member in known] + (
        [hex(reserved)] if reserved else []
    )
