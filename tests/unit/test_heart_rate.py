"""Vectors written by hand from the Heart Rate Service layout tables."""

import pytest

from gateway.gatt.errors import MalformedValue
from gateway.gatt.heart_rate import body_sensor_location, control_point, measurement
from gateway.gatt.heart_rate.body_sensor_location import Location
from gateway.gatt.heart_rate.control_point import Order


@pytest.mark.parametrize(
    ("value", "rate_bpm", "in_contact", "energy_kj", "rr_ms"),
    [
        pytest.param("00 48", 72, None, None, (), id="8-bit rate"),
        pytest.param("01 2c01", 300, None, None, (), id="16-bit rate"),
        pytest.param(
            "02 48", 72, None, None, (), id="contact bit without support says nothing"
        ),
        pytest.param("04 48", 72, False, None, (), id="contact lost"),
        pytest.param("06 48", 72, True, None, (), id="contact"),
        pytest.param("08 48 ffff", 72, None, 65535, (), id="energy"),
        pytest.param("10 48", 72, None, None, (), id="no beat since the last one"),
        pytest.param("19 2c01 0a00 0004 0003", 300, None, 10, (1000.0, 750.0), id="everything"),
    ],
)
def test_reads_each_layout(value, rate_bpm, in_contact, energy_kj, rr_ms):
    reading = measurement.decode(bytes.fromhex(value))

    assert reading == measurement.HeartRate(rate_bpm, in_contact, energy_kj, rr_ms)


@pytest.mark.parametrize("value", ["", "00", "01 48", "08 48", "08 48 0a", "10 3c 0004 09"])
def test_refuses_a_value_cut_short(value):
    with pytest.raises(MalformedValue, match="2a37"):
        measurement.decode(bytes.fromhex(value))


@pytest.mark.parametrize(
    ("value", "location"), [("01", Location.CHEST), ("06", Location.FOOT), ("07", None)]
)
def test_knows_where_it_sits(value, location):
    assert body_sensor_location.decode(bytes.fromhex(value)).location is location


@pytest.mark.parametrize("value", ["", "0101"])
def test_refuses_a_location_of_another_length(value):
    with pytest.raises(MalformedValue, match="2a38"):
        body_sensor_location.decode(bytes.fromhex(value))


@pytest.mark.parametrize(("value", "order"), [("01", Order.RESET_ENERGY), ("02", None)])
def test_knows_the_one_order(value, order):
    assert control_point.decode(bytes.fromhex(value)).order is order


def test_an_order_reads_as_it_was_written():
    assert control_point.encode(Order.RESET_ENERGY) == b"\x01"


@pytest.mark.parametrize("value", ["", "0100"])
def test_refuses_an_order_of_another_length(value):
    with pytest.raises(MalformedValue, match="2a39"):
        control_point.decode(bytes.fromhex(value))


def test_refuses_bytes_that_no_flag_announces():
    with pytest.raises(MalformedValue, match="2a37"):
        measurement.decode(bytes.fromhex("00 48 0004"))


def test_ignores_what_a_reserved_flag_announces():
    reading = measurement.decode(bytes.fromhex("20 48 0004"))

    assert reading == measurement.HeartRate(72, None, None, ())
