"""Record Access Control Point (GATT 0x2A52): ask a device with a memory for what it kept.

Layout: Bluetooth GATT Specification Supplement, Record Access Control Point; operands as the
Glucose, Pulse Oximeter and CGM services have them: filter type 1 and one or two u16.
"""

import struct
from collections.abc import Callable
from enum import IntEnum
from typing import Final, TypeAlias

import msgspec

from gateway.gatt.errors import MalformedValue

UUID: Final = "00002a52-0000-1000-8000-00805f9b34fb"


class Operation(IntEnum):
    """What can be asked."""

    REPORT = 1
    DELETE = 2
    ABORT = 3
    COUNT = 4


class Operator(IntEnum):
    """Of which records."""

    NULL = 0
    ALL = 1
    AT_MOST = 2
    AT_LEAST = 3
    WITHIN = 4
    FIRST = 5
    LAST = 6


class Result(IntEnum):
    """What became of a request."""

    SUCCESS = 1
    OPERATION_NOT_SUPPORTED = 2
    INVALID_OPERATOR = 3
    OPERATOR_NOT_SUPPORTED = 4
    INVALID_OPERAND = 5
    NO_RECORDS = 6
    ABORT_UNSUCCESSFUL = 7
    NOT_COMPLETED = 8
    OPERAND_NOT_SUPPORTED = 9
    SERVER_BUSY = 10


class Request(msgspec.Struct, frozen=True):
    """One request; numbers are sequence numbers, or minutes of a CGM session."""

    operation: Operation
    operator: Operator = Operator.NULL
    least: int | None = None
    most: int | None = None


class RecordCount(msgspec.Struct, frozen=True):
    """How many records there are."""

    records: int


class Response(msgspec.Struct, frozen=True):
    """How a request ended."""

    request: Operation | None  # None: a number reserved for future use
    result: Result | None


RecordAccess: TypeAlias = Request | RecordCount | Response

_BY_NUMBER: Final = 1  # the filter type
_COUNT_RESPONSE: Final = 5
_RESPONSE: Final = 6
_OPERATIONS: Final = {member.value: member for member in Operation}
_RESULTS: Final = {member.value: member for member in Result}
_NUMBERS: Final = {Operator.AT_MOST: 1, Operator.AT_LEAST: 1, Operator.WITHIN: 2}


def encode(request: Request) -> bytes:
    """Return the bytes to write to the device."""
    head = bytes([request.operation, request.operator])
    numbers = [number for number in (request.least, request.most) if number is not None]
    if not numbers:
        return head
    return head + struct.pack(f"<B{len(numbers)}H", _BY_NUMBER, *numbers)


def decode(value: bytes) -> RecordAccess:
    """Read a request or an answer; raise MalformedValue if it is neither."""
    try:
        operation, operator = value[0], Operator(value[1])
        return _READ.get(operation, _request)(operation, operator, value[2:])
    except (IndexError, struct.error, ValueError) as error:
        raise MalformedValue(UUID, value) from error


def _request(operation: int, operator: Operator, operand: bytes) -> Request:
    known, count = Operation(operation), _NUMBERS.get(operator, 0)
    if not count:
        struct.unpack("<", operand)  # refuses any
        return Request(known, operator)
    kind, *numbers = struct.unpack(f"<B{count}H", operand)
    if kind != _BY_NUMBER:
        raise ValueError(f"filter type {kind}")
    least = None if operator is Operator.AT_MOST else numbers[0]
    most = None if operator is Operator.AT_LEAST else numbers[-1]
    return Request(known, operator, least, most)


def _count(_: int, operator: Operator, operand: bytes) -> RecordCount:
    _refuse_but_null(operator)
    return RecordCount(*struct.unpack("<H", operand))


def _response(_: int, operator: Operator, operand: bytes) -> Response:
    _refuse_but_null(operator)
    request, result = struct.unpack("<BB", operand)
    return Response(_OPERATIONS.get(request), _RESULTS.get(result))


def _refuse_but_null(operator: Operator) -> None:
    if operator is not Operator.NULL:
        raise ValueError(f"an answer with the operator {operator.name}")


_READ: Final[dict[int, Callable[[int, Operator, bytes], RecordAccess]]] = {
    _COUNT_RESPONSE: _count,
    _RESPONSE: _response,
}
