"""Vectors written by hand from the table of the Record Access Control Point."""

import pytest

from gateway.gatt import record_access
from gateway.gatt.errors import MalformedValue
from gateway.gatt.record_access import (
    Operation,
    Operator,
    RecordCount,
    Request,
    Response,
    Result,
)


@pytest.mark.parametrize(
    ("request_", "value"),
    [
        (Request(Operation.REPORT, Operator.ALL), "01 01"),
        (Request(Operation.REPORT, Operator.AT_LEAST, least=300), "01 03 01 2c01"),
        (Request(Operation.COUNT, Operator.AT_MOST, most=7), "04 02 01 0700"),
        (Request(Operation.REPORT, Operator.WITHIN, 7, 300), "01 04 01 0700 2c01"),
        (Request(Operation.REPORT, Operator.LAST), "01 06"),
        (Request(Operation.DELETE, Operator.ALL), "02 01"),
        (Request(Operation.ABORT), "03 00"),
    ],
)
def test_a_request_reads_as_it_was_written(request_, value):
    assert record_access.encode(request_) == bytes.fromhex(value)
    assert record_access.decode(bytes.fromhex(value)) == request_


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("05 00 2c01", RecordCount(300)),
        ("06 00 01 01", Response(Operation.REPORT, Result.SUCCESS)),
        ("06 00 01 06", Response(Operation.REPORT, Result.NO_RECORDS)),
        ("06 00 07 7f", Response(None, None)),
    ],
)
def test_reads_an_answer(value, answer):
    assert record_access.decode(bytes.fromhex(value)) == answer


@pytest.mark.parametrize(
    "value",
    ["", "01", "01 07", "09 01", "01 01 00", "01 03 01 2c", "01 03 02 2c01",
     "05 00 2c", "05 01 2c01", "06 00 01", "06 01 01 01"],
)  # fmt: skip
def test_refuses_what_is_neither(value):
    with pytest.raises(MalformedValue, match="2a52"):
        record_access.decode(bytes.fromhex(value))
