"""Every decoder, over any bytes: a value or MalformedValue; and the same twice."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.decode import decode_to_json
from gateway.gatt import current_time, record_access
from gateway.gatt.date_time import DateTime
from gateway.gatt.errors import MalformedValue
from gateway.gatt.ieee11073 import Special, sfloat
from gateway.gatt.record_access import Operation, Operator, Request
from tests.fuzz_decoders import decoders, fuzz
from tests.values import VALUES

NUMBERS = st.integers(0, 0xFFFF)


@pytest.mark.parametrize("name", decoders())
def test_reads_a_full_value(name):
    decoders()[name](VALUES[name])


@pytest.mark.parametrize("name", decoders())
def test_reads_or_refuses_whatever_comes(name):
    assert fuzz(decoders()[name], VALUES[name], inputs=1_000, seed=7) > 0


@given(st.sampled_from(sorted(decoders())), st.binary(max_size=40))
@settings(deadline=None)
def test_says_in_json_what_it_read(name, value):
    try:
        json.dumps(decode_to_json(name, value.hex()))
    except MalformedValue as malformed:
        assert malformed.value == value or malformed.value in value  # noqa: PT017 - what can be read raises nothing


@given(NUMBERS)
@example(0x07FE)
@example(0x0802)
def test_a_medical_float_is_what_its_halves_say(raw):
    mantissa = raw & 0xFFF if raw & 0x800 == 0 else (raw & 0xFFF) - 0x1000
    exponent = raw >> 12 if raw < 0x8000 else (raw >> 12) - 16

    number = sfloat(raw)

    if isinstance(number, Special):
        assert raw in range(0x7FE, 0x803)
    else:
        assert number == float(f"{mantissa}e{exponent}")


@given(st.sampled_from(Operation), NUMBERS, NUMBERS)
@pytest.mark.parametrize(
    ("operator", "has_least", "has_most"),
    [
        (Operator.ALL, False, False),
        (Operator.AT_LEAST, True, False),
        (Operator.AT_MOST, False, True),
        (Operator.WITHIN, True, True),
    ],
)
def test_a_request_reads_as_it_was_written(operator, has_least, has_most, operation, a, b):
    request = Request(operation, operator, a if has_least else None, b if has_most else None)

    assert record_access.decode(record_access.encode(request)) == request


@given(st.integers(0, 253_402_300_799_999_999))
def test_a_clock_reads_as_it_was_set(at_us):
    reading = current_time.decode(current_time.encode(at_us))

    now = datetime.fromtimestamp(at_us // 1_000_000, UTC)
    assert reading.at == DateTime(*now.timetuple()[:6])
    assert reading.weekday == now.isoweekday()
    assert 0 <= at_us % 1_000_000 / 1e6 - reading.fraction_s < 1 / 256
