"""A characteristic's value by hand: hex text in, a record that fits into JSON out."""

import dataclasses
import re
import struct
from enum import Enum
from typing import Any, Final, cast

from gateway.gatt.table import Characteristic, characteristics, short

_SEPARATORS: Final = re.compile(r"[\s:,_-]+")
_NOT_HEX: Final = re.compile(r"[^0-9a-fA-F]")


class Unreadable(ValueError):
    """What was typed names no characteristic, or is no hex; the message says which."""


def decode_to_json(characteristic: str, hex_text: str) -> dict[str, Any]:
    """Return a decoded value as JSON data.

    Raises Unreadable for what was typed wrongly, and MalformedValue for bytes that do not fit
    the characteristic's published layout; both are a ValueError.
    """
    known = _find(characteristic)
    record = known.decode(_bytes(hex_text))
    heading = {"characteristic": short(known.uuid).upper(), "name": known.name}
    return heading | _plain(record)


def _find(characteristic: str) -> Characteristic:
    table = characteristics()
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
    if dataclasses.is_dataclass(value):
        return {
            field.name: _field(field.name, getattr(value, field.name))
            for field in dataclasses.fields(value)
        }
    if isinstance(value, tuple):
        return [_plain(each) for each in cast("tuple[Any, ...]", value)]
    return value.name.lower() if isinstance(value, Enum) else value


def _field(name: str, value: Any) -> Any:  # noqa: ANN401
    if name == "samples" and isinstance(value, bytes):
        return [list(axes) for axes in struct.iter_unpack("<hhh", value)]
    return _plain(value)
