"""The two medical floats of IEEE 11073-20601: decimal, so that 36.6 is 36.6.

SFLOAT: 4-bit exponent and 12-bit mantissa; FLOAT: 8-bit exponent and 24-bit mantissa; both in
two's complement, value = mantissa x 10^exponent. Five mantissas with exponent 0 stand for no
number.
"""

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


def sfloat(raw: int) -> Number:
    """Return the number in 16 bits."""
    special = _SFLOAT_SPECIALS.get(raw)
    return special or _scaled(_signed(raw & 0xFFF, 12), _signed(raw >> 12, 4))


def float32(raw: int) -> Number:
    """Return the number in 32 bits."""
    special = _FLOAT_SPECIALS.get(raw)
    return special or _scaled(_signed(raw & 0xFFFFFF, 24), _signed(raw >> 24, 8))


def _signed(raw: int, bits: int) -> int:
    return raw - (1 << bits) if raw >> (bits - 1) else raw


def _scaled(mantissa: int, exponent: int) -> float:
    # Dividing by a positive power is correctly rounded; multiplying by 0.1 is not.
    return float(mantissa * 10**exponent) if exponent >= 0 else mantissa / 10**-exponent
