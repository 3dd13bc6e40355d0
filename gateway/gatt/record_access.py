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
from gateway.gatt.field import U8, U16, Row, choice
from gateway.gatt.layout import Layout

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


def _filter_type(raw: int) -> int:
    if raw != _BY_NUMBER:
        raise ValueError(f"filter type {raw}")
    return raw


def _numbered(
    operation: Operation, operator: Operator, _: int, least: int | None, most: int | None
) -> Request:
    return Request(operation, operator, least, most)


_FILTER: Final = U8.through(_filter_type)
_NUMBERS: Final[dict[Operator, tuple[Row, Row]]] = {
    Operator.AT_MOST: (None, U16),
    Operator.AT_LEAST: (U16, None),
    Operator.WITHIN: (U16, U16),
}


def _request(operation: Operation, operator: Operator) -> Layout[Request]:
    head, numbers = U16.skipped(), _NUMBERS.get(operator)
    if numbers is None:
        return Layout(UUID, Request, head, operation, operator)
    return Layout(UUID, _numbered, head, operation, operator, _FILTER, *numbers)


_ANSWERS: Final[dict[bytes, Callable[[bytes], RecordAccess]]] = {
    bytes([_COUNT_RESPONSE, Operator.NULL]): Layout(UUID, RecordCount, U16.skipped(), U16).read,
    bytes([_RESPONSE, Operator.NULL]): Layout(
        UUID,
        Response,
        U16.skipped(),
        choice(Operation),
        choice(Result),
    ).read,
}
#: By operation and operator, the two bytes that every value begins with.
_READERS: Final = _ANSWERS | {
    bytes([operation, operator]): _request(operation, operator).read
    for operation in Operation
    for operator in Operator
}


def encode(request: Request) -> bytes:
    """Return the bytes to write to the device."""
    head = bytes([request.operation, request.operator])
    numbers = [number for number in (request.least, request.most) if number is not None]
    if not numbers:
        return head
    return head + struct.pack(f"<B{len(numbers)}H", _BY_NUMBER, *numbers)


def decode(value: bytes) -> RecordAccess:
    """Read a request or an answer; raise MalformedValue if it is neither."""
    read = _READERS.get(value[:2])
    if read is None:
        raise MalformedValue(UUID, value)
    return read(value)
