"""Glucose Measurement (GATT 0x2A18): one record of a meter.

Layout: Bluetooth Glucose Service 1.0, section 3.1.
"""

from enum import IntFlag
from typing import Final

import msgspec

from gateway.gatt.date_time import DateTime
from gateway.gatt.glucose.sample import SAMPLE, Sample
from gateway.gatt.ieee11073 import Number, sfloat_times
from gateway.gatt.layout import DATE_TIME, I16, U8, U16, Field, Flags, Layout, bits

UUID: Final = "00002a18-0000-1000-8000-00805f9b34fb"

_CONCENTRATION_PRESENT: Final = 0x02
_MOLES: Final = 0x04
_CONTEXT_FOLLOWS: Final = 0x10


class Status(IntFlag):
    """What a meter has against its reading."""

    BATTERY_LOW = 1 << 0
    SENSOR_MALFUNCTION = 1 << 1
    SAMPLE_TOO_SMALL = 1 << 2
    STRIP_INSERTED_WRONGLY = 1 << 3
    STRIP_OF_WRONG_TYPE = 1 << 4
    RESULT_TOO_HIGH = 1 << 5
    RESULT_TOO_LOW = 1 << 6
    TOO_WARM = 1 << 7
    TOO_COLD = 1 << 8
    INTERRUPTED = 1 << 9
    DEVICE_FAULT = 1 << 10
    TIME_FAULT = 1 << 11


def _layout(concentration: Field) -> Layout:
    return Layout(
        UUID,
        U8,
        U16,
        DATE_TIME,
        I16.when(0x01),
        concentration.when(_CONCENTRATION_PRESENT),
        SAMPLE.when(_CONCENTRATION_PRESENT),
        bits(Status).when(0x08),
        flags=Flags(known=0x1F),
    )


#: On the wire it is kg/L or mol/L, whatever the meter shows.
_MILLIGRAMS: Final = _layout(Field("H", sfloat_times(5)))
_MILLIMOLES: Final = _layout(Field("H", sfloat_times(3)))


class Glucose(msgspec.Struct, frozen=True):
    """One record."""

    sequence: int
    measured: DateTime  # the base time: add the offset
    offset_min: int | None
    concentration: Number | None  # None: none was measured, see the status
    unit: str  # "mg/dL" or "mmol/L"
    sample: Sample | None
    status: Status | None
    context_follows: bool


def decode(value: bytes) -> Glucose:
    """Read one record; raise MalformedValue if it does not end where its flags say."""
    moles = value and value[0] & _MOLES
    layout = _MILLIMOLES if moles else _MILLIGRAMS
    flags, sequence, measured, offset, concentration, sample, status = layout.read(value)
    return Glucose(
        sequence,
        measured,
        offset,
        concentration,
        "mmol/L" if moles else "mg/dL",
        sample,
        status,
        flags & _CONTEXT_FOLLOWS != 0,
    )
