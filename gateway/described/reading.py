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
from gateway.gatt import field
from gateway.gatt.field import Either, Row
from gateway.gatt.layout import Layout
from gateway.gatt.service import Characteristic
from gateway.sensors.said import Said, sample

_FIELDS: Final = {
    "u8": field.U8, "u16": field.U16, "u24": field.U24, "u32": field.U32, "u64": field.U64,
    "i8": field.I8, "i16": field.I16, "i24": field.I24, "i32": field.I32,
    "sfloat": field.SFLOAT, "float": field.FLOAT,
    "date_time": field.DATE_TIME, "user": field.USER,
    "flags8": field.U8, "flags16": field.U16, "flags24": field.U24, "flags32": field.U32,
}  # fmt: skip


_NOTHING: Final = field.Field("0x")


class Reading:
    """Reads one described characteristic."""

    def __init__(self, described: CharacteristicDescription) -> None:
        rows = described.field
        named = [row.name for row in rows if row.name]
        record = msgspec.defstruct("Described", [(name, Any) for name in named], frozen=True)
        self.uuid = long_uuid(described.uuid)
        self.decode = Layout(self.uuid, record, *map(_row, rows)).read
        self._streams = [(row.name, _stream(row)) for row in rows if row.stream]

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


def _row(row: FieldDescription) -> Row:
    if row.type == "bit":
        return field.bit(row.bit) if row.name else Either(row.bit, _NOTHING, _NOTHING)
    read = _FIELDS[row.type].when(row.when)
    if row.type in FLAG_BYTES:
        read = read.announcing(row.known)
    if row.absent is not None:
        read = read.but(row.absent)
    if row.per_unit != 1:
        read = read.over(row.per_unit)
    return read if row.name else read.skipped()


def _stream(row: FieldDescription) -> Stream:
    return Stream(row.stream, row.resolution or 1 / row.per_unit, row.unit)
