"""CGM Specific Ops Control Point (GATT 0x2AAC): sessions, intervals, calibration and alerts.

Layout: Bluetooth CGM Service 1.0, section 3.7; GATT Specification Supplement, CGM Specific Ops
Control Point.
"""

import struct
from enum import IntEnum
from typing import Final

import msgspec

from gateway.gatt.cgm import crc
from gateway.gatt.errors import MalformedValue
from gateway.gatt.field import SFLOAT, U8, U16, Part, Row, choice
from gateway.gatt.glucose.sample import SAMPLE, Sample
from gateway.gatt.ieee11073 import Number
from gateway.gatt.layout import Layout

UUID: Final = "00002aac-0000-1000-8000-00805f9b34fb"


class Operation(IntEnum):
    """Orders, and the answers to them."""

    SET_INTERVAL = 0x01
    GET_INTERVAL = 0x02
    INTERVAL = 0x03
    SET_CALIBRATION = 0x04
    GET_CALIBRATION = 0x05
    CALIBRATION = 0x06
    SET_PATIENT_HIGH = 0x07
    GET_PATIENT_HIGH = 0x08
    PATIENT_HIGH = 0x09
    SET_PATIENT_LOW = 0x0A
    GET_PATIENT_LOW = 0x0B
    PATIENT_LOW = 0x0C
    SET_HYPO = 0x0D
    GET_HYPO = 0x0E
    HYPO = 0x0F
    SET_HYPER = 0x10
    GET_HYPER = 0x11
    HYPER = 0x12
    SET_RATE_OF_DECREASE = 0x13
    GET_RATE_OF_DECREASE = 0x14
    RATE_OF_DECREASE = 0x15
    SET_RATE_OF_INCREASE = 0x16
    GET_RATE_OF_INCREASE = 0x17
    RATE_OF_INCREASE = 0x18
    RESET_DEVICE_ALERT = 0x19
    START_SESSION = 0x1A
    STOP_SESSION = 0x1B
    RESPONSE = 0x1C


class Result(IntEnum):
    """What became of an order."""

    SUCCESS = 1
    OPERATION_NOT_SUPPORTED = 2
    INVALID_OPERAND = 3
    NOT_COMPLETED = 4
    OUT_OF_RANGE = 5


class Calibration(msgspec.Struct, frozen=True):
    """One calibration by a finger prick."""

    glucose_mg_dl: Number
    offset_min: int
    sample: Sample
    next_offset_min: int
    record: int
    status: int  # 1 rejected, 2 out of range, 4 pending


class CgmControl(msgspec.Struct, frozen=True):
    """One order or answer; what it does not carry is None."""

    operation: Operation
    minutes: int | None = None
    level: Number | None = None  # mg/dL, or mg/dL a minute for rates
    record: int | None = None
    calibration: Calibration | None = None
    order: Operation | None = None  # that a response is to
    result: Result | None = None


_SETS_AND_TELLS_LEVEL: Final = range(Operation.SET_PATIENT_HIGH, Operation.RESET_DEVICE_ALERT)
_MINUTES: Final = (U8,)
_LEVEL: Final = None, SFLOAT
_RECORD: Final = None, None, U16
_CALIBRATION: Final = None, None, None, Part(Calibration, (SFLOAT, U16, SAMPLE, U16, U16, U8))
_RESPONSE: Final = *[None] * 4, choice(Operation), choice(Result)
#: What follows an operation, as CgmControl has it; nothing follows the others.
_OPERANDS: Final[dict[int, tuple[Row, ...]]] = {
    **{number: _LEVEL for number in _SETS_AND_TELLS_LEVEL if number % 3 != 2},
    Operation.SET_INTERVAL: _MINUTES,
    Operation.INTERVAL: _MINUTES,
    Operation.SET_CALIBRATION: _CALIBRATION,
    Operation.GET_CALIBRATION: _RECORD,
    Operation.CALIBRATION: _CALIBRATION,
    Operation.RESPONSE: _RESPONSE,
}
_READERS: Final = {
    operation.value: crc.checked(
        Layout(UUID, CgmControl, U8.skipped(), operation, *_OPERANDS.get(operation, ()))
    )
    for operation in Operation
}


def encode(operation: Operation, minutes: int | None = None, *, with_crc: bool) -> bytes:
    """Return the bytes of an order that has no operand, or sets the interval."""
    order = bytes([operation]) if minutes is None else struct.pack("<BB", operation, minutes)
    return crc.sealed(order) if with_crc else order


def decode(value: bytes) -> CgmControl:
    """Read an order or an answer; raise MalformedValue if it is none, or tampered."""
    read = _READERS.get(value[0]) if value else None
    if read is None:
        raise MalformedValue(UUID, value)
    return read(value)
