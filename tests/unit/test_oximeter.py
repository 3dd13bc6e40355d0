"""Vectors written by hand from the Pulse Oximeter Service's tables."""

import pytest

from gateway.gatt.date_time import DateTime
from gateway.gatt.errors import MalformedValue
from gateway.gatt.ieee11073 import Special
from gateway.gatt.oximeter import continuous, features, spot_check
from gateway.gatt.oximeter.continuous import Continuous
from gateway.gatt.oximeter.features import Feature
from gateway.gatt.oximeter.spot_check import SpotCheck
from gateway.gatt.oximeter.status import MeasurementStatus, SensorStatus

NOON = DateTime(2024, 2, 29, 12, 0, 30)


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        pytest.param("00 6200 4800", SpotCheck(98, 72, None, None, None, None), id="least"),
        pytest.param(
            "0f 6200 4800 e807 02 1d 0c 00 1e 2000 200000 1ef0",
            SpotCheck(98, 72, NOON, MeasurementStatus.ONGOING, SensorStatus.LOW_PERFUSION, 3.0),
            id="everything",
        ),
        pytest.param(
            "11 6200 4800 e807 02 1d 0c 00 1e",
            SpotCheck(98, 72, None, None, None, None),
            id="a clock never set",
        ),
        pytest.param(
            "11 6200 4800 ffff ff ff ff ff ff",
            SpotCheck(98, 72, None, None, None, None),
            id="a clock never set that shows no time",
        ),
        pytest.param(
            "00 ff07 0008",
            SpotCheck(Special.NAN, Special.NRES, None, None, None, None),
            id="no pulse found",
        ),
    ],
)
def test_reads_a_spot_check(value, reading):
    assert spot_check.decode(bytes.fromhex(value)) == reading


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        pytest.param(
            "00 6200 4800", Continuous(98, 72, None, None, None, None, None, None, None),
            id="least",
        ),
        pytest.param(
            "02 6200 4800 6100 4700",
            Continuous(98, 72, None, None, 97, 71, None, None, None),
            id="slow only",
        ),
        pytest.param(
            "1f 6200 4800 6300 4900 6100 4700 0001 000800 17f0",
            Continuous(
                98, 72, 99, 73, 97, 71, MeasurementStatus.FULLY_QUALIFIED,
                SensorStatus.SENSOR_UNCONNECTED, 2.3,
            ),
            id="everything",
        ),
    ],
)  # fmt: skip
def test_reads_continuously(value, reading):
    assert continuous.decode(bytes.fromhex(value)) == reading


@pytest.mark.parametrize(
    ("value", "supports", "measurement", "sensor"),
    [
        ("3000", Feature.FAST | Feature.SLOW, None, None),
        (
            "0300 2080 0100 00",
            Feature.MEASUREMENT_STATUS | Feature.SENSOR_STATUS,
            MeasurementStatus.ONGOING | MeasurementStatus.INVALID,
            SensorStatus.EXTENDED_DISPLAY,
        ),
    ],
)
def test_reads_its_features(value, supports, measurement, sensor):
    said = features.decode(bytes.fromhex(value))

    assert (said.supports, said.measurement_status, said.sensor_status) == (
        supports,
        measurement,
        sensor,
    )


@pytest.mark.parametrize(
    ("decode", "value"),
    [
        (spot_check.decode, ""),
        (spot_check.decode, "00 6200 48"),
        (spot_check.decode, "00 6200 4800 00"),
        (spot_check.decode, "01 6200 4800 e807"),
        (spot_check.decode, "01 6200 4800 e807 0d 1d 0c 00 1e"),
        (continuous.decode, "01 6200 4800 6300"),
        (continuous.decode, "08 6200 4800 0000"),
        (features.decode, "01"),
        (features.decode, "0100"),
    ],
)
def test_refuses_what_does_not_end_where_its_flags_say(decode, value):
    with pytest.raises(MalformedValue):
        decode(bytes.fromhex(value))
