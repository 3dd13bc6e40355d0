"""Points as line protocol: our own bytes, so that what arrives is what was meant."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

Value: TypeAlias = bool | int | float | str

_CONTROL: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MEASUREMENT: Final = str.maketrans({",": "\\,", " ": "\\ ", **_CONTROL})
_KEY: Final = str.maketrans({",": "\\,", " ": "\\ ", "=": "\\=", **_CONTROL})
_TEXT: Final = str.maketrans({"\\": "\\\\", '"': '\\"'})


@dataclass(frozen=True, slots=True)
class Point:
    """Values at an instant; without a finite value it is nothing."""

    measurement: str
    tags: Mapping[str, str]
    fields: Mapping[str, Value]
    time_us: int


def line(point: Point) -> bytes:
    """Return a point as line protocol, its time in nanoseconds; b"" if it has no value."""
    fields = [
        f"{_name(key, _KEY)}={_value(value)}"
        for key, value in point.fields.items()
        if not isinstance(value, float) or math.isfinite(value)
    ]
    if not fields:
        return b""
    tags = [
        f",{_name(key, _KEY)}={_name(value, _KEY)}"
        for key, value in sorted(point.tags.items())
        if value
    ]
    measurement = _name(point.measurement, _MEASUREMENT)
    return f"{measurement}{''.join(tags)} {','.join(fields)} {point.time_us}000".encode()


def _name(text: str, escapes: Mapping[int, str]) -> str:
    # A backslash at the end would take the separator along; no escape exists for it.
    return text.rstrip("\\").translate(escapes)


def _value(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return f"{value}i"
        case float():
            return repr(value)
        case str():
            return f'"{value.translate(_TEXT)}"'
