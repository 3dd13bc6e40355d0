"""A published table as code: bytes to a record, by rows in their order.

One rule of length for every layout: a value ends where its flags say. Bytes beyond that are
refused, unless a reserved flag is set too: it may announce what a later version added, and the
profiles ask a client to ignore both.
"""

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final, Generic, TypeVar

from gateway.gatt.errors import MalformedValue
from gateway.gatt.field import Either, Field, Part, Row

R = TypeVar("R")

_MOST_PLANS: Final = 256  # of one layout: a broken sensor may send every combination of flags


@dataclass(frozen=True, slots=True)
class _Plan:
    """How to read a value with one combination of flags."""

    unpack: Callable[[bytes], tuple[Any, ...]]
    record: Callable[..., Any]
    size: int


class Layout(Generic[R]):
    """A table that reads values into records."""

    def __init__(self, uuid: str, record: Callable[..., R], *rows: Row) -> None:
        self.uuid = uuid
        self._whole = Part(record, rows)
        self._flags = _place(rows)
        self._known = int(_named(self._whole))  # an IntFlag has an inverse of its own
        self._plans: dict[bytes, _Plan] = {}

    def read(self, value: bytes) -> R:
        """Return the record, None for an absent field; raise MalformedValue."""
        flags = value[self._flags]
        plan = self._plans.get(flags) or self._plan(flags)
        try:
            return plan.record(*plan.unpack(value))
        except (struct.error, ValueError) as error:
            raise MalformedValue(self.uuid, value) from error

    def size(self, value: bytes) -> int:
        """Return how long a value of these flags is."""
        flags = value[self._flags]
        return (self._plans.get(flags) or self._plan(flags)).size

    def _plan(self, flags: bytes) -> _Plan:
        if len(self._plans) >= _MOST_PLANS:
            self._plans.clear()
        bits = int.from_bytes(flags, "little")
        source = _Source(bits)
        record = source.compiled(self._whole)
        packed = struct.Struct(source.codes)
        unpack = packed.unpack_from if bits & ~self._known else packed.unpack
        plan = self._plans[flags] = _Plan(unpack, record, packed.size)
        return plan


class _Source:
    """A function of what the struct module unpacks, written for one combination of flags.

    It is compiled, as a named tuple's is: a loop over the fields takes twice as long.
    """

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._unpacked: list[str] = []
        self._names: dict[str, object] = {}
        self.codes = "<"

    def compiled(self, whole: Part) -> Callable[..., Any]:
        told = self._told(whole)
        source = f"lambda {', '.join(self._unpacked)}: {told}"
        return eval(source, self._names)  # noqa: S307 - of names given here, and nothing else

    def _told(self, row: Row) -> str:
        """Return what Python makes a row's value of; nothing where it tells none."""
        if isinstance(row, Either):
            return self._told(row.set if self._bits & row.flag else row.unset)
        if isinstance(row, Part):
            told = [self._told(each) for each in row.rows]
            return f"{self._name(row.record)}({', '.join(filter(None, told))})"
        return self._field(row) if isinstance(row, Field) else self._name(row)

    def _field(self, field: Field) -> str:
        is_here = not field.flag or field.flag & self._bits
        if is_here:
            self.codes += field.code + field.high
        if field.code.endswith("x"):
            return ""
        return self._value(field) if is_here else "None"

    def _value(self, field: Field) -> str:
        whole = self._number(field)
        told = f"{self._name(field.convert)}({whole})" if field.convert else whole
        if field.divisor is not None:
            told += f" / {self._name(field.divisor)}"
        if field.absent is not None:
            told = f"None if {whole} == {self._name(field.absent)} else {told}"
        return told

    def _number(self, field: Field) -> str:
        low = self._unpacked_name()
        if not field.high:
            return low
        return f"({low} | {self._unpacked_name()} << {8 * struct.calcsize('<' + field.code)})"

    def _unpacked_name(self) -> str:
        self._unpacked.append(f"u{len(self._unpacked)}")
        return self._unpacked[-1]

    def _name(self, what: object) -> str:
        name = f"n{len(self._names)}"
        self._names[name] = what
        return name


def _place(rows: Iterable[Row]) -> slice:
    """Return where the flags stand: what stands before them is always there."""
    at = 0
    for row in rows:
        if not isinstance(row, Field):
            continue
        size = struct.calcsize("<" + row.code + row.high)
        if row.known is not None:
            return slice(at, at + size)
        at += size
    return slice(0, 0)


def _named(row: Row) -> int:
    """Return all bits that a row, or one within it, gives a meaning."""
    if isinstance(row, Either):
        return row.flag | _named(row.set) | _named(row.unset)
    if isinstance(row, Part):
        return reduce(lambda known, each: known | _named(each), row.rows, 0)
    return row.flag | (row.known or 0) if isinstance(row, Field) else 0
