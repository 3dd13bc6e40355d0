"""SC Control Point (GATT 0x2A55): set a foot pod's distance, calibrate it, say where it sits.

Layout: Bluetooth Running Speed and Cadence Service 1.0, section 3.4; GATT Specification
Supplement, SC Control Point and Sensor Location.
"""

from enum import IntEnum
from typing import Final

import msgspec

from gateway.gatt.errors import MalformedValue
from gateway.gatt.field import U8, U32
from gateway.gatt.layout import Layout

UUID: Final = "00002a55-0000-1000-8000-00805f9b34fb"


class Operation(IntEnum):
    """Orders, and the answer to them."""

    SET_DISTANCE = 0x01
    CALIBRATE = 0x02
    SET_LOCATION = 0x03
    GET_LOCATIONS = 0x04
    RESPONSE = 0x10


class Result(IntEnum):
    """What became of an order."""

    SUCCESS = 1
    OPERATION_NOT_SUPPORTED = 2
    INVALID_OPERAND = 3
    FAILED = 4


class Location(IntEnum):
    """Where a speed or cadence sensor can sit."""

    OTHER = 0
    TOP_OF_SHOE = 1
    IN_SHOE = 2
    HIP = 3
    FRONT_WHEEL = 4
    LEFT_CRANK = 5
    RIGHT_CRANK = 6
    LEFT_PEDAL = 7
    RIGHT_PEDAL = 8
    FRONT_HUB = 9
    REAR_DROPOUT = 10
    CHAINSTAY = 11
    REAR_WHEEL = 12
    REAR_HUB = 13
    CHEST = 14
    SPIDER = 15
    CHAIN_RING = 16


class RunningControl(msgspec.Struct, frozen=True):
    """One order or answer; what it does not carry is None."""

    operation: Operation
    distance_m: float | None = None
    order: Operation | None = None  # that a response is to
    result: Result | None = None
    locations: tuple[Location | None, ...] = ()  # None: a number reserved for future use


_OPERATIONS: Final = {member.value: member for member in Operation}
_RESULTS: Final = {member.value: member for member in Result}
_LOCATIONS: Final = {member.value: member for member in Location}
_DISTANCE: Final = Layout(UUID, float, U8.skipped(), U32.over(10))
_LOCATION: Final = Layout(UUID, _LOCATIONS.get, U8.skipped(), U8)
_EMPTY: Final = Layout(UUID, tuple, U8.skipped())


def decode(value: bytes) -> RunningControl:
    """Read an order or an answer; raise MalformedValue if it is neither."""
    operation = _OPERATIONS.get(value[0]) if value else None
    if operation is None:
        raise MalformedValue(UUID, value)
    if operation is Operation.SET_DISTANCE:
        return RunningControl(operation, distance_m=_DISTANCE.read(value))
    if operation is Operation.SET_LOCATION:
        return RunningControl(operation, locations=(_LOCATION.read(value),))
    if operation is Operation.RESPONSE:
        return _response(operation, value)
    _EMPTY.read(value)
    return RunningControl(operation)


def _response(operation: Operation, value: bytes) -> RunningControl:
    order = _OPERATIONS.get(value[1]) if len(value) > 2 else None
    is_list = order is Operation.GET_LOCATIONS and value[2] == Result.SUCCESS
    if len(value) < 3 or (len(value) > 3 and not is_list):
        raise MalformedValue(UUID, value)
    locations = tuple([_LOCATIONS.get(number) for number in value[3:]])
    return RunningControl(operation, None, order, _RESULTS.get(value[2]), locations)
