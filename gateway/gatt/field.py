"""The rows of a published table: fields on the wire, and what their flags alone decide."""

import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Any, Final, TypeAlias, TypeVar

from gateway.gatt.date_time import date_time
from gateway.gatt.ieee11073 import float32, sfloat

E = TypeVar("E", bound=Enum)

_MOST_NAMED: Final = 256  # combinations of bits of one field


@dataclass(frozen=True, slots=True)
class Field:
    """So many bytes, and the value they tell."""

    code: str  # as in the struct module; x for bytes that are stepped over
    high: str = ""  # the code of what stands above it: three bytes have none of their own
    convert: Callable[[Any], Any] | None = None
    absent: int | None = None  # what stands for "not known" on the wire
    divisor: float | None = None
    flag: int = 0  # any of these bits announces it; 0: always there
    known: int | None = None  # it is the flags: those with a meaning that no row names

    def when(self, flag: int) -> "Field":
        """Return the same field, there only if the flag is set."""
        return replace(self, flag=flag)

    def through(self, convert: Callable[[Any], Any]) -> "Field":
        """Return the same field, made by a function that raises ValueError for what is none."""
        return replace(self, convert=convert)

    def but(self, absent: int) -> "Field":
        """Return the same field, None where this number stands."""
        return replace(self, absent=absent)

    def over(self, divisor: float) -> "Field":
        """Return the same field in units: dividing is exact where multiplying by 0.1 is not."""
        return replace(self, divisor=divisor)

    def skipped(self) -> "Field":
        """Return the same bytes, stepped over."""
        size = struct.calcsize(f"<{self.code}{self.high}")
        return replace(self, code=f"{size}x", high="")

    def untold(self) -> "Field":
        """Return the same field, None whatever stands there."""
        return replace(self, convert=_nothing)

    def announcing(self, known: int = 0) -> "Field":
        """Return the same field as the flags; the standard knows these beside the rows'."""
        return replace(self, known=known)


def _nothing(_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Either:
    """What a flag decides: one of two fields, or of two values that take no bytes."""

    flag: int
    set: "Row"
    unset: "Row"


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that make a record of their own."""

    record: Callable[..., object]
    rows: tuple["Row", ...]


#: A Field, an Either or a Part; anything else is a value that is told as it is.
Row: TypeAlias = object

U8: Final = Field("B")
U16: Final = Field("H")
U24: Final = Field("H", high="B")
U32: Final = Field("I")
U40: Final = Field("I", high="B")
U64: Final = Field("Q")
I8: Final = Field("b")
I16: Final = Field("h")
I24: Final = Field("H", high="b")
I32: Final = Field("i")
SFLOAT: Final = U16.through(sfloat)
FLOAT: Final = U32.through(float32)
DATE_TIME: Final = Field("7s").through(date_time)
#: A user's number on a shared device; None: one that the device does not know.
USER: Final = U8.but(0xFF)
FLAGS_8: Final = U8.announcing().skipped()
FLAGS_16: Final = U16.announcing().skipped()
FLAGS_24: Final = U24.announcing().skipped()
FLAGS_32: Final = U32.announcing().skipped()


def bit(flag: int) -> Either:
    """Return whether a flag is set."""
    return Either(flag, True, False)


def choice(kind: type[E]) -> Field:
    """Return a byte that is one of an enumeration's; None: a number reserved for later."""
    return U8.through({member.value: member for member in kind}.get)


def bits(kind: Callable[[int], object], of: Field = U16) -> Field:
    """Return a field of named bits: naming them takes ten times as long as looking them up."""
    return of.through(lru_cache(_MOST_NAMED)(kind))
