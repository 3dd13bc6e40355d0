"""A described characteristic at work: bytes to a record, and a record to streams."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from gateway.batches import Stream
from gateway.described.description import (
    FLAG_BYTES,
    CharacteristicDescription,
    Description,
    FieldDescription,
    long_uuid,
)
from gateway.discovery import Kind, talking
from gateway.gatt import layout
from gateway.gatt.layout import Field, Flags, Layout
from gateway.gatt.service import Characteristic
from gateway.sensors.said import Said, sample

_FIELDS: Final = {
    "u8": layout.U8, "u16": layout.U16, "u24": layout.U24, "u32": layout.U32,
    "u64": layout.U64, "i8": layout.I8, "i16": layout.I16, "i24": layout.I24,
    "i32": layout.I32, "sfloat": layout.SFLOAT, "float": layout.FLOAT,
    "date_time": layout.DATE_TIME, "user": layout.USER,
    "flags8": layout.U8, "flags16": layout.U16, "flags24": layout.U24, "flags32": layout.U32,
}  # fmt: skip


class Reading:
    """Reads one described characteristic."""

    def __init__(self, described: CharacteristicDescription) -> None:
        self.uuid = long_uuid(described.uuid)
        rows = [row for row in described.field if row.type != "bit"]
        self._layout = Layout(self.uuid, *map(_field, rows), flags=_flags(described.field))
        self._flags_at = next(
            (at for at, row in enumerate(rows) if row.type in FLAG_BYTES), None
        )
        self._told = [(at, row) for at, row in enumerate(rows) if row.name]
        self._bits = [row for row in described.field if row.type == "bit" and row.name]
        self._streams = [(row.name, _stream(row)) for _, row in self._told if row.stream]
        names = [row.name for _, row in self._told] + [row.name for row in self._bits]
        self._record: Any = msgspec.defstruct(
            "Described", [(name, Any) for name in names], frozen=True
        )

    def decode(self, value: bytes) -> object:
        """Return a record of the named fields; raise MalformedValue if they do not fit."""
        values = self._layout.read(value)
        flags = 0 if self._flags_at is None else values[self._flags_at]
        told = [values[at] for at, _ in self._told]
        return self._record(*told, *(bool(flags & row.bit) for row in self._bits))

    def say(self, value: bytes) -> Iterable[Said]:
        """Return what goes into streams."""
        record = self.decode(value)
        for name, stream in self._streams:
            yield from sample(stream, getattr(record, name))


def kind(described: Description) -> Kind:
    """Return the sort of device that a description makes known."""
    readings = [Reading(each) for each in described.characteristic]
    sensor = talking({reading.uuid: reading.say for reading in readings})
    service = long_uuid(described.service)
    return Kind(described.name, described.name, service, sensor, described.spot_check)


def characteristics(described: Description) -> list[Characteristic]:
    """Return what a description lets decode."""
    return [
        Characteristic(long_uuid(each.uuid), each.name, Reading(each).decode)
        for each in described.characteristic
    ]


def _field(row: FieldDescription) -> Field:
    plain = _FIELDS[row.type].when(row.when)
    if row.absent is None:
        return plain if row.per_unit == 1 else plain.over(row.per_unit)
    convert, absent, per_unit = plain.convert or int, row.absent, row.per_unit

    def known(raw: Any) -> float | None:  # noqa: ANN401 - what the struct module unpacked
        number = convert(raw)
        if number == absent:
            return None
        return number if per_unit == 1 else number / per_unit

    return Field(plain.code, known, plain.flag)


def _flags(rows: Iterable[FieldDescription]) -> Flags | None:
    known = at = 0
    found: FieldDescription | None = None
    for row in rows:
        known |= row.when | row.bit | row.known
        if row.type in FLAG_BYTES:
            found = row
        elif found is None and row.type != "bit":
            at += Layout("", _field(row)).size(b"")
    return None if found is None else Flags(known, FLAG_BYTES[found.type], at)


def _stream(row: FieldDescription) -> Stream:
    return Stream(row.stream, row.resolution or 1 / row.per_unit, row.unit)
