"""Glucose Measurement (GATT 0x2A18): one record of a meter.

Layout: Bluetooth Glucose Service 1.0, section 3.1.
"""

from enum import IntFlag
from typing import Final

import msgspec

from gateway.gatt.date_time import DateTime
from gateway.gatt.field import DATE_TIME, FLAGS_8, I16, U16, Either, bit, bits
from gateway.gatt.glucose.sample import SAMPLE, Sample
from gateway.gatt.ieee11073 import Number, sfloat_times
from gateway.gatt.layout import Layout

UUID: Final = "00002a18-0000-1000-8000-00805f9b34fb"

_CONCENTRATION_PRESENT: Final = 0x02
_MOLES: Final = 0x04
_CONTEXT_FOLLOWS: Final = 0x10

#: On the wire it is kg/L or mol/L, whatever the meter shows.
_MILLIGRAMS: Final = U16.through(sfloat_times(5)).when(_CONCENTRATION_PRESENT)
_MILLIMOLES: Final = U16.through(sfloat_times(3)).when(_CONCENTRATION_PRESENT)


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


decode: Final = Layout(
    UUID,
    Glucose,
    FLAGS_8,
    U16,
    DATE_TIME,
    I16.when(0x01),
    Either(_MOLES, _MILLIMOLES, _MILLIGRAMS),
    Either(_MOLES, "mmol/L", "mg/dL"),
    SAMPLE.when(_CONCENTRATION_PRESENT),
    bits(Status).when(0x08),
    bit(_CONTEXT_FOLLOWS),
).read
