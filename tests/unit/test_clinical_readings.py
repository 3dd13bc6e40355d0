"""Vectors of cuffs, oximeters, thermometers and scales, typed from their services' tables."""

import pytest

from gateway.gatt import blood_pressure, spot_check, temperature, weight
from gateway.gatt.date_time import DateTime
from gateway.gatt.errors import MalformedValue
from gateway.gatt.ieee11073 import Special

NOON = DateTime(2024, 2, 29, 12, 0, 30)


@pytest.mark.parametrize(
    ("value", "systolic", "diastolic", "mean", "unit"),
    [
        ("00 7800 5000 5d00", 120, 80, 93, "mmHg"),
        ("01 a0f0 6bf0 7cf0", 16.0, 10.7, 12.4, "kPa"),
        ("00 ff07 0008 0208", Special.NAN, Special.NRES, Special.NEGATIVE_INFINITY, "mmHg"),
    ],
)
def test_reads_a_cuff(value, systolic, diastolic, mean, unit):
    reading = blood_pressure.decode(bytes.fromhex(value))

    assert (reading.systolic, reading.diastolic, reading.mean_arterial) == (
        systolic,
        diastolic,
        mean,
    )
    assert reading.unit == unit


def test_reads_a_cuff_with_everything():
    value = bytes.fromhex("1e 7800 5000 5d00 e807 02 1d 0c 00 1e 4800 01 0400")

    reading = blood_pressure.decode(value)

    assert (reading.measured, reading.pulse_bpm, reading.user, reading.status) == (
        NOON,
        72,
        1,
        4,
    )


def test_reads_an_oximeter():
    reading = spot_check.decode(bytes.fromhex("00 6200 4800"))

    assert (reading.spo2_percent, reading.pulse_bpm) == (98, 72)


def test_reads_an_oximeter_with_everything():
    value = bytes.fromhex("0f 6200 4800 e807 02 1d 0c 00 1e 2000 010203 1ef0")

    reading = spot_check.decode(value)

    assert reading.measured == NOON
    assert (reading.measurement_status, reading.sensor_status) == (0x20, 0x030201)
    assert reading.pulse_amplitude_percent == 3.0


def test_believes_no_clock_that_was_never_set():
    value = bytes.fromhex("11 6200 4800 e807 02 1d 0c 00 1e")

    assert spot_check.decode(value).measured is None


@pytest.mark.parametrize(
    ("value", "degrees", "unit", "site"),
    [
        ("00 6e0100ff", 36.6, "°C", None),
        ("01 da0300ff", 98.6, "°F", None),
        ("04 6e0100ff 02", 36.6, "°C", 2),
        ("00 ffff7f00", Special.NAN, "°C", None),
    ],
)
def test_reads_a_thermometer(value, degrees, unit, site):
    reading = temperature.decode(bytes.fromhex(value))

    assert (reading.temperature, reading.unit, reading.site) == (degrees, unit, site)


@pytest.mark.parametrize(
    ("value", "weighs", "unit"),
    [("00 d036", 70.16, "kg"), ("01 d036", 140.32, "lb"), ("00 ffff", None, "kg")],
)
def test_reads_a_scale(value, weighs, unit):
    reading = weight.decode(bytes.fromhex(value))

    assert (reading.weight, reading.weight_unit) == (weighs, unit)


def test_reads_a_scale_with_everything():
    reading = weight.decode(bytes.fromhex("0e d036 e807 02 1d 0c 00 1e ff e900 d606"))

    assert reading == weight.Weight(70.16, "kg", NOON, None, 23.3, 1.75, "m")


@pytest.mark.parametrize(
    ("decode", "value"),
    [
        (blood_pressure.decode, "00 7800 5000 5d"),
        (blood_pressure.decode, "00 7800 5000 5d00 00"),
        (blood_pressure.decode, "02 7800 5000 5d00 e807 0d 1d 0c 00 1e"),
        (spot_check.decode, "00 6200 48"),
        (spot_check.decode, "01 6200 4800 e807"),
        (temperature.decode, "00 6e0100"),
        (temperature.decode, "04 6e0100ff"),
        (weight.decode, "08 d036 e900"),
        (weight.decode, ""),
    ],
)
def test_refuses_what_does_not_end_where_its_flags_say(decode, value):
    with pytest.raises(MalformedValue):
        decode(bytes.fromhex(value))
