"""Vectors written by hand from the Health Thermometer Service's tables."""

import pytest

from gateway.gatt.date_time import DateTime
from gateway.gatt.errors import MalformedValue
from gateway.gatt.ieee11073 import Special
from gateway.gatt.thermometer import (
    intermediate,
    measurement,
    measurement_interval,
    temperature_type,
)
from gateway.gatt.thermometer.measurement import Temperature
from gateway.gatt.thermometer.temperature_type import Site

NOON = DateTime(2024, 2, 29, 12, 0, 30)


@pytest.mark.parametrize("decode", [measurement.decode, intermediate.decode])
@pytest.mark.parametrize(
    ("value", "reading"),
    [
        pytest.param("00 6e0100ff", Temperature(36.6, "°C", None, None), id="least"),
        pytest.param("01 da0300ff", Temperature(98.6, "°F", None, None), id="Fahrenheit"),
        pytest.param(
            "06 6e0100ff e807 02 1d 0c 00 1e 02",
            Temperature(36.6, "°C", NOON, Site.BODY),
            id="everything",
        ),
        pytest.param("04 6e0100ff 63", Temperature(36.6, "°C", None, None), id="new site"),
        pytest.param("00 ffff7f00", Temperature(Special.NAN, "°C", None, None), id="no number"),
        pytest.param("00 25000000", Temperature(37.0, "°C", None, None), id="whole"),
    ],
)
def test_reads_a_temperature(decode, value, reading):
    assert decode(bytes.fromhex(value)) == reading


@pytest.mark.parametrize(
    ("value", "site"), [("01", Site.ARMPIT), ("09", Site.EAR_DRUM), ("00", None), ("0a", None)]
)
def test_reads_where_it_measures(value, site):
    assert temperature_type.decode(bytes.fromhex(value)).site is site


@pytest.mark.parametrize(
    ("value", "interval_s"), [("0000", None), ("3c00", 60), ("ffff", 65535)]
)
def test_reads_how_often(value, interval_s):
    assert measurement_interval.decode(bytes.fromhex(value)).interval_s == interval_s
    assert measurement_interval.encode(interval_s) == bytes.fromhex(value)


@pytest.mark.parametrize(
    ("decode", "value", "number"),
    [
        (measurement.decode, "", "2a1c"),
        (measurement.decode, "00 6e0100", "2a1c"),
        (measurement.decode, "00 6e0100ff 02", "2a1c"),
        (measurement.decode, "04 6e0100ff", "2a1c"),
        (intermediate.decode, "00 6e0100", "2a1e"),
        (temperature_type.decode, "", "2a1d"),
        (measurement_interval.decode, "3c", "2a21"),
    ],
)
def test_refuses_what_does_not_end_where_its_flags_say(decode, value, number):
    with pytest.raises(MalformedValue, match=number):
        decode(bytes.fromhex(value))
