"""Vectors of the small services that most devices have, typed from their tables."""

import pytest

from gateway.gatt import (
    alert_level,
    battery_level,
    current_time,
    device_information,
    pnp_id,
    regulatory_data,
    system_id,
)
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


@pytest.mark.parametrize(
    ("decode", "value", "reading"),
    [
        (system_id.decode, "0504030201ccbbaa", system_id.SystemId("0102030405", "aabbcc")),
        (
            pnp_id.decode,
            "01 5900 3412 0001",
            pnp_id.PnpId(pnp_id.Registry.BLUETOOTH_SIG, 0x59, 0x1234, 0x100),
        ),
        (pnp_id.decode, "03 5900 3412 0001", pnp_id.PnpId(None, 0x59, 0x1234, 0x100)),
        (
            regulatory_data.decode,
            "0002 0010 0201 0005 0300010005 0202 0003 800400",
            regulatory_data.RegulatoryData(
                (
                    regulatory_data.Certification(2, 1, bytes.fromhex("0300010005")),
                    regulatory_data.Certification(2, 2, bytes.fromhex("800400")),
                )
            ),
        ),
        (regulatory_data.decode, "0000 0000", regulatory_data.RegulatoryData(())),
    ],
)
def test_reads_who_a_device_is(decode, value, reading):
    assert decode(bytes.fromhex(value)) == reading


@pytest.mark.parametrize(
    ("decode", "value", "number"),
    [
        (system_id.decode, "0504030201ccbb", "2a23"),
        (pnp_id.decode, "01 5900 3412 00", "2a50"),
        (regulatory_data.decode, "", "2a2a"),
        (regulatory_data.decode, "0001 0000", "2a2a"),
        (regulatory_data.decode, "0001 0005 0201 0005 03", "2a2a"),
        (regulatory_data.decode, "0001 0005 0201 0001", "2a2a"),
    ],
)
def test_refuses_who_no_device_is(decode, value, number):
    with pytest.raises(MalformedValue, match=number):
        decode(bytes.fromhex(value))


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
