"""Vectors for Battery, Device Information and Immediate Alert, typed from their tables."""

import pytest

from gateway.gatt import alert_level, battery_level, device_information
from gateway.gatt.alert_level import Level
from gateway.gatt.errors import MalformedValue


@pytest.mark.parametrize(("value", "percent"), [("00", 0), ("57", 87), ("64", 100)])
def test_reads_a_battery(value, percent):
    assert battery_level.decode(bytes.fromhex(value)).percent == percent


@pytest.mark.parametrize("value", ["", "65", "ff", "5700"])
def test_refuses_what_no_battery_can_be(value):
    with pytest.raises(MalformedValue, match="2a19"):
        battery_level.decode(bytes.fromhex(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(b"SN-0042", "SN-0042", id="plain"),
        pytest.param(b"SN-0042\0\0", "SN-0042", id="padded by C"),
        pytest.param("Zürich".encode(), "Zürich", id="UTF-8"),
        pytest.param(b"", "", id="empty"),
    ],
)
def test_reads_a_string(value, text):
    assert device_information.decode_serial_number(value).text == text


def test_refuses_a_string_that_is_no_text():
    with pytest.raises(MalformedValue, match=r"2a25.*: cannot read ff fe"):
        device_information.decode_serial_number(b"\xff\xfe")


@pytest.mark.parametrize(("level", "value"), [(Level.NONE, b"\0"), (Level.HIGH, b"\2")])
def test_an_alert_reads_as_it_was_written(level, value):
    assert alert_level.encode(level) == value
    assert alert_level.decode(value).level is level


@pytest.mark.parametrize("value", [b"", b"\3", b"\1\1"])
def test_refuses_an_alert_level_of_its_own(value):
    with pytest.raises(MalformedValue, match="2a06"):
        alert_level.decode(value)
