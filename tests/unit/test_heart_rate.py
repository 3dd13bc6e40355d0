"""Vectors written by hand from the Heart Rate Service layout tables."""

import pytest

from gateway.gatt import body_sensor_location, heart_rate
from gateway.gatt.body_sensor_location import Location
from gateway.gatt.errors import MalformedValue


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
    reading = heart_rate.decode(bytes.fromhex(value))

    assert reading == heart_rate.HeartRate(rate_bpm, in_contact, energy_kj, rr_ms)


@pytest.mark.parametrize("value", ["", "00", "01 48", "08 48", "08 48 0a", "10 3c 0004 09"])
def test_refuses_a_value_cut_short(value):
    with pytest.raises(MalformedValue, match="2a37"):
        heart_rate.decode(bytes.fromhex(value))


@pytest.mark.parametrize(
    ("value", "location"), [("01", Location.CHEST), ("06", Location.FOOT), ("07", None)]
)
def test_knows_where_it_sits(value, location):
    assert body_sensor_location.decode(bytes.fromhex(value)).location is location


@pytest.mark.parametrize("value", ["", "0101"])
def test_refuses_a_location_of_another_length(value):
    with pytest.raises(MalformedValue, match="2a38"):
        body_sensor_location.decode(bytes.fromhex(value))
