"""Vectors for the services beside the measuring ones, typed from their tables."""

import pytest

from gateway.gatt import alert_level, battery_level, current_time, device_information
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


# Saturday 29 February 2020, 23:59:58.5
LEAP_DAY_US = 1_583_020_798_500_000
LEAP_DAY = bytes.fromhex("e407 02 1d 17 3b 3a 06 80 02")


def test_a_time_is_written_as_the_table_says():
    assert current_time.encode(LEAP_DAY_US) == LEAP_DAY


def test_reads_a_time_and_what_a_device_does_not_know_of_it():
    shown = current_time.decode(LEAP_DAY)
    assert (shown.at.year, shown.at.day, shown.at.second) == (2020, 29, 58)
    assert (shown.weekday, shown.fraction_s) == (6, 0.5)
    assert shown.adjustment is current_time.Adjustment.EXTERNAL_REFERENCE

    unset = current_time.decode(bytes(10))
    assert (unset.at.year, unset.weekday) == (None, None)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(LEAP_DAY[:9], id="too short"),
        pytest.param(LEAP_DAY + b"\0", id="too long"),
        pytest.param(LEAP_DAY[:7] + b"\x08" + LEAP_DAY[8:], id="an eighth day of the week"),
        pytest.param(LEAP_DAY[:2] + b"\x0d" + LEAP_DAY[3:], id="a thirteenth month"),
    ],
)
def test_refuses_what_is_no_time(value):
    with pytest.raises(MalformedValue, match="2a2b"):
        current_time.decode(value)
