"""The two medical floats of IEEE 11073-20601: decimal, so that 36.6 is 36.6.

SFLOAT: 4-bit exponent and 12-bit mantissa; FLOAT: 8-bit exponent and 24-bit mantissa; both in
two's complement, value = mantissa x 10^exponent. Five mantissas with exponent 0 stand for no
number.
"""

from collections.abc import Callable
from enum import Enum
from typing import Final, TypeAlias


class Special(Enum):
    """What stands where a number belongs."""

    NAN = "not a number"
    NRES = "not at this resolution"
    POSITIVE_INFINITY = "+infinity"
    NEGATIVE_INFINITY = "-infinity"
    RESERVED = "reserved for future use"


Number: TypeAlias = float | Special

_SFLOAT_SPECIALS: Final = {
    0x07FE: Special.POSITIVE_INFINITY,
    0x07FF: Special.NAN,
    0x0800: Special.NRES,
    0x0801: Special.RESERVED,
    0x0802: Special.NEGATIVE_INFINITY,
}
_FLOAT_SPECIALS: Final = {
    0x007FFFFE: Special.POSITIVE_INFINITY,
    0x007FFFFF: Special.NAN,
    0x00800000: Special.NRES,
    0x00800001: Special.RESERVED,
    0x00800002: Special.NEGATIVE_INFINITY,
}


#: They follow one another, and what is below the first is a whole number without an exponent.
_FIRST_SFLOAT_SPECIAL: Final = min(_SFLOAT_SPECIALS)
_LAST_SFLOAT_SPECIAL: Final = max(_SFLOAT_SPECIALS)
_POWERS: Final = tuple(10**exponent for exponent in range(129))


def sfloat(raw: int) -> Number:
    """Return the number in 16 bits."""
    if raw <= _LAST_SFLOAT_SPECIAL:
        return float(raw) if raw < _FIRST_SFLOAT_SPECIAL else _SFLOAT_SPECIALS[raw]
    mantissa, exponent = ((raw & 0xFFF) ^ 0x800) - 0x800, raw >> 12
    # Dividing by a positive power is correctly rounded; multiplying by 0.1 is not.
    if exponent < 8:
        return float(mantissa * _POWERS[exponent])
    return mantissa / _POWERS[16 - exponent]


def sfloat_times(places: int) -> Callable[[int], Number]:
    """Return an sfloat() whose point is moved so far to the right: kg/L to mg/dL is five."""

    def moved(raw: int) -> Number:
        if _FIRST_SFLOAT_SPECIAL <= raw <= _LAST_SFLOAT_SPECIAL:
            return _SFLOAT_SPECIALS[raw]
        mantissa, exponent = ((raw & 0xFFF) ^ 0x800) - 0x800, ((raw >> 12) ^ 8) - 8 + places
        power = _POWERS[abs(exponent)]
        return float(mantissa * power) if exponent >= 0 else mantissa / power

    return moved


def float32(raw: int) -> Number:
    """Return the number in 32 bits."""
    special = _FLOAT_SPECIALS.get(raw)
    if special is not None:
        return special
    mantissa, exponent = ((raw & 0xFFFFFF) ^ 0x800000) - 0x800000, raw >> 24
    if exponent < 128:
        return float(mantissa * _POWERS[exponent])
    return mantissa / _POWERS[256 - exponent]
