"""CGM Measurement (GATT 0x2AA7): one or more records, each with its size in front.

Layout: Bluetooth CGM Service 1.0, section 3.1.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

from gateway.gatt.cgm import crc
from gateway.gatt.cgm.status import Status
from gateway.gatt.errors import MalformedValue
from gateway.gatt.field import FLAGS_8, SFLOAT, U8, U16
from gateway.gatt.ieee11073 import Number
from gateway.gatt.layout import Layout

UUID: Final = "00002aa7-0000-1000-8000-00805f9b34fb"

_RESERVED: Final = 0x1C
_FLAGS_AT: Final = 1
_SMALLEST: Final = 6
_status: Final = lru_cache(256)(Status)  # an IntFlag takes half a microsecond to make


class Record(msgspec.Struct, frozen=True):
    """One reading."""

    glucose_mg_dl: Number
    offset_min: int  # since the session's start
    status: Status
    trend_mg_dl_min: Number | None
    quality_percent: Number | None


class CgmMeasurement(msgspec.Struct, frozen=True):
    """All readings of one notification, as they came."""

    records: tuple[Record, ...]


def _reading(
    glucose_mg_dl: Number,
    offset_min: int,
    state: int | None,
    calibration: int | None,
    warning: int | None,
    trend: Number | None,
    quality: Number | None,
) -> Record:
    status = (state or 0) | (calibration or 0) << 8 | (warning or 0) << 16
    return Record(glucose_mg_dl, offset_min, _status(status), trend, quality)


_LAYOUT: Final = Layout(
    UUID,
    _reading,
    U8.skipped(),
    FLAGS_8,
    SFLOAT,
    U16,
    U8.when(0x80),
    U8.when(0x40),
    U8.when(0x20),
    SFLOAT.when(0x01),
    SFLOAT.when(0x02),
)


def decode(value: bytes) -> CgmMeasurement:
    """Read one notification; raise MalformedValue if any record is cut short or tampered."""
    if value and value[0] == len(value) >= _SMALLEST:
        return CgmMeasurement((_record(value),))  # most tell one at a time
    return CgmMeasurement(tuple([_record(each) for each in _cut(value)]))


def _cut(value: bytes) -> Iterator[bytes]:
    if not value:
        raise MalformedValue(UUID, value)
    while value:
        size = value[0]
        if not _SMALLEST <= size <= len(value):
            raise MalformedValue(UUID, value)
        yield value[:size]
        value = value[size:]


def _record(value: bytes) -> Record:
    if not value[_FLAGS_AT] & _RESERVED and len(value) != (size := _LAYOUT.size(value)):
        value = crc.body(UUID, value, size)
    return _LAYOUT.read(value)
