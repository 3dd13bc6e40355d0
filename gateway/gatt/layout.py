"""A published table as code: fields in their order, each always there or announced by a flag.

One rule of length for every layout: a value ends where its flags say. Bytes beyond that are
refused, unless a reserved flag is set too: it may announce what a later version added, and the
profiles ask a client to ignore both.
"""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, TypeVar

from gateway.gatt.date_time import date_time
from gateway.gatt.errors import MalformedValue
from gateway.gatt.ieee11073 import float32, sfloat

E = TypeVar("E", bound=Enum)

_MOST_NAMED: Final = 256  # combinations of bits of one field
_MOST_PLANS: Final = 256  # of one layout: a broken sensor may send every combination of flags


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a table."""

    code: str  # as in the struct module
    convert: Callable[[Any], Any] | None = None
    flag: int = 0  # any of these bits announces it; 0: always there

    def when(self, flag: int) -> "Field":
        """Return the same field, there only if the flag is set."""
        return replace(self, flag=flag)

    def over(self, divisor: float) -> "Field":
        """Return the same field in units: dividing is exact where multiplying by 0.1 is not."""
        convert = self.convert

        def divided(raw: Any) -> float:  # noqa: ANN401 - what the struct module unpacked
            return (raw if convert is None else convert(raw)) / divisor

        return replace(self, convert=divided)


@dataclass(frozen=True, slots=True)
class Flags:
    """Where the flags of a layout stand."""

    known: int  # all bits the standard gives a meaning; the others are reserved
    size: int = 1
    at: int = 0


def _little(raw: bytes) -> int:
    return int.from_bytes(raw, "little")


def _little_signed(raw: bytes) -> int:
    return int.from_bytes(raw, "little", signed=True)


def choice(kind: type[E]) -> Field:
    """Return a byte that is one of an enumeration's; None: a number reserved for later."""
    return Field("B", {member.value: member for member in kind}.get)


def bits(kind: Callable[[int], object], code: str = "H") -> Field:
    """Return a field of named bits."""
    named = lru_cache(_MOST_NAMED)(kind)  # an IntFlag takes half a microsecond to make
    return Field(code, named) if code != "3s" else Field(code, lambda raw: named(_little(raw)))


U8: Final = Field("B")
U16: Final = Field("H")
U24: Final = Field("3s", _little)
U32: Final = Field("I")
U64: Final = Field("Q")
I8: Final = Field("b")
I16: Final = Field("h")
I24: Final = Field("3s", _little_signed)
I32: Final = Field("i")
SFLOAT: Final = Field("H", sfloat)
FLOAT: Final = Field("I", float32)
DATE_TIME: Final = Field("7s", date_time)
#: A user's number on a shared device; None: one that the device does not know.
USER: Final = Field("B", lambda raw: None if raw == 0xFF else raw)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How to read a value with one combination of flags."""

    unpack: Callable[[bytes], tuple[Any, ...]]
    size: int
    cut: int | None  # where a value with reserved flags ends for us
    converts: tuple[tuple[int, Callable[[Any], Any]], ...]
    spread: Callable[[Sequence[Any]], tuple[Any, ...]] | None  # None where a field is absent


class Layout:
    """A table that reads values."""

    def __init__(self, uuid: str, *fields: Field, flags: Flags | None = None) -> None:
        self.uuid = uuid
        self._fields = fields
        self._known = flags.known if flags else 0
        self._flags = slice(flags.at, flags.at + flags.size) if flags else slice(0, 0)
        self._plans: dict[bytes, _Plan] = {}

    def read(self, value: bytes) -> Sequence[Any]:
        """Return one value a field, None for an absent one; raise MalformedValue."""
        flags = value[self._flags]
        plan = self._plans.get(flags) or self._plan(flags)
        try:
            values = [*plan.unpack(value if plan.cut is None else value[: plan.cut])]
            for index, convert in plan.converts:
                values[index] = convert(values[index])
        except (struct.error, ValueError) as error:
            raise MalformedValue(self.uuid, value) from error
        if plan.spread is None:
            return values
        values.append(None)
        return plan.spread(values)

    def size(self, value: bytes) -> int:
        """Return how long a value of these flags is."""
        flags = value[self._flags]
        return (self._plans.get(flags) or self._plan(flags)).size

    def _plan(self, flags: bytes) -> _Plan:
        if len(self._plans) >= _MOST_PLANS:
            self._plans.clear()
        bits = _little(flags)
        places = [at for at, field in enumerate(self._fields) if _is_there(field, bits)]
        here = [self._fields[at] for at in places]
        packed = struct.Struct("<" + "".join(field.code for field in here))
        plan = self._plans[flags] = _Plan(
            packed.unpack,
            packed.size,
            packed.size if bits & ~self._known else None,
            tuple([(at, field.convert) for at, field in enumerate(here) if field.convert]),
            _spread(places, len(self._fields)),
        )
        return plan


def _is_there(field: Field, bits: int) -> bool:
    return not field.flag or bool(field.flag & bits)


def _spread(places: list[int], size: int) -> Callable[[Sequence[Any]], tuple[Any, ...]] | None:
    """Return what puts values into their places, and the None that follows them elsewhere."""
    if len(places) == size:
        return None
    source = {place: index for index, place in enumerate(places)}
    return itemgetter(*(source.get(place, len(places)) for place in range(size)))
