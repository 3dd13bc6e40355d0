"""Vectors written by hand from the Blood Pressure Service's tables."""

import pytest

from gateway.gatt.blood_pressure import (
    cuff_pressure,
    enhanced_cuff_pressure,
    enhanced_measurement,
    feature,
    measurement,
)
from gateway.gatt.blood_pressure.cuff_pressure import CuffPressure
from gateway.gatt.blood_pressure.enhanced_cuff_pressure import EnhancedCuffPressure
from gateway.gatt.blood_pressure.enhanced_measurement import EnhancedBloodPressure
from gateway.gatt.blood_pressure.feature import Feature
from gateway.gatt.blood_pressure.measurement import BloodPressure
from gateway.gatt.blood_pressure.status import Status
from gateway.gatt.date_time import DateTime
from gateway.gatt.errors import MalformedValue
from gateway.gatt.ieee11073 import Special

NOON = DateTime(2024, 2, 29, 12, 0, 30)
NOTHING_ELSE = (None, None, None, None)


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        pytest.param(
            "00 7800 5000 5d00", BloodPressure(120, 80, 93, "mmHg", *NOTHING_ELSE), id="mmHg"
        ),
        pytest.param(
            "01 a0f0 6bf0 7cf0", BloodPressure(16.0, 10.7, 12.4, "kPa", *NOTHING_ELSE), id="kPa"
        ),
        pytest.param(
            "00 ff07 0008 0208",
            BloodPressure(
                Special.NAN, Special.NRES, Special.NEGATIVE_INFINITY, "mmHg", *NOTHING_ELSE
            ),
            id="no numbers",
        ),
        pytest.param(
            "1e 7800 5000 5d00 e807 02 1d 0c 00 1e 4800 01 0500",
            BloodPressure(
                120, 80, 93, "mmHg", NOON, 72, 1, Status.BODY_MOVED | Status.PULSE_IRREGULAR
            ),
            id="everything",
        ),
        pytest.param(
            "18 7800 5000 5d00 ff 1000",
            BloodPressure(120, 80, 93, "mmHg", None, None, None, Status.PULSE_TOO_LOW),
            id="an unknown user",
        ),
    ],
)
def test_reads_a_cuff(value, reading):
    assert measurement.decode(bytes.fromhex(value)) == reading


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        ("00 9600 ff07 ff07", CuffPressure(150, "mmHg", *NOTHING_ELSE)),
        ("05 96f0 ff07 ff07 4800", CuffPressure(15.0, "kPa", None, 72, None, None)),
    ],
)
def test_reads_a_cuff_that_pumps(value, reading):
    assert cuff_pressure.decode(bytes.fromhex(value)) == reading


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        pytest.param(
            "00 7800 5000 5d00",
            EnhancedBloodPressure(120, 80, 93, "mmHg", None, None, None, None, None),
            id="least",
        ),
        pytest.param(
            "7f a0f0 6bf0 7cf0 80510100 4800 02 2000 90680100",
            EnhancedBloodPressure(
                16.0, 10.7, 12.4, "kPa", DateTime(2000, 1, 2, 0, 0, 0), 72, 2,
                Status.WRONG_POSITION, DateTime(2000, 1, 2, 1, 38, 24),
            ),
            id="everything, from 2000",
        ),
        pytest.param(
            "02 7800 5000 5d00 80510100",
            EnhancedBloodPressure(
                120, 80, 93, "mmHg", DateTime(1900, 1, 2, 0, 0, 0), None, None, None, None
            ),
            id="from 1900",
        ),
    ],
)  # fmt: skip
def test_reads_an_enhanced_cuff(value, reading):
    assert enhanced_measurement.decode(bytes.fromhex(value)) == reading


def test_reads_an_enhanced_cuff_that_pumps():
    value = bytes.fromhex("42 9600 00000000")

    assert enhanced_cuff_pressure.decode(value) == EnhancedCuffPressure(
        150, "mmHg", DateTime(2000, 1, 1, 0, 0, 0), None, None, None, None
    )


def test_reads_its_features():
    said = feature.decode(bytes.fromhex("2501"))

    assert said.supports == (
        Feature.BODY_MOVEMENT
        | Feature.IRREGULAR_PULSE
        | Feature.MULTIPLE_BONDS
        | Feature.USER_FACING_TIME
    )


@pytest.mark.parametrize(
    ("decode", "value"),
    [
        (measurement.decode, ""),
        (measurement.decode, "00 7800 5000 5d"),
        (measurement.decode, "00 7800 5000 5d00 00"),
        (measurement.decode, "02 7800 5000 5d00 e807 0d 1d 0c 00 1e"),
        (cuff_pressure.decode, "00 9600"),
        (enhanced_measurement.decode, "02 7800 5000 5d00 805101"),
        (enhanced_cuff_pressure.decode, "20 9600"),
        (feature.decode, "25"),
    ],
)
def test_refuses_what_does_not_end_where_its_flags_say(decode, value):
    with pytest.raises(MalformedValue):
        decode(bytes.fromhex(value))
