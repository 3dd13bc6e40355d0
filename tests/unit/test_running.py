"""Vectors written by hand from the Running Speed and Cadence Service's tables."""

import pytest

from gateway.gatt.errors import MalformedValue
from gateway.gatt.running import control_point, feature, measurement
from gateway.gatt.running.control_point import Location, Operation, Result, RunningControl
from gateway.gatt.running.feature import Feature
from gateway.gatt.running.measurement import Running


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        pytest.param("00 0003 58", Running(False, 3.0, 88, None, None), id="walking"),
        pytest.param("04 4003 b4", Running(True, 3.25, 180, None, None), id="running"),
        pytest.param(
            "07 0003 58 5a00 39300000", Running(True, 3.0, 88, 0.9, 1234.5), id="everything"
        ),
    ],
)
def test_reads_a_foot_pod(value, reading):
    assert measurement.decode(bytes.fromhex(value)) == reading


def test_reads_its_features():
    assert feature.decode(bytes.fromhex("0600")).supports == (
        Feature.DISTANCE | Feature.WALKING_OR_RUNNING
    )


@pytest.mark.parametrize(
    ("value", "control"),
    [
        ("01 0a000000", RunningControl(Operation.SET_DISTANCE, distance_m=1.0)),
        ("02", RunningControl(Operation.CALIBRATE)),
        ("03 02", RunningControl(Operation.SET_LOCATION, locations=(Location.IN_SHOE,))),
        ("04", RunningControl(Operation.GET_LOCATIONS)),
        (
            "10 04 01 02 03 63",
            RunningControl(
                Operation.RESPONSE, None, Operation.GET_LOCATIONS, Result.SUCCESS,
                (Location.IN_SHOE, Location.HIP, None),
            ),
        ),
        (
            "10 02 04",
            RunningControl(Operation.RESPONSE, None, Operation.CALIBRATE, Result.FAILED),
        ),
    ],
)  # fmt: skip
def test_reads_orders_and_answers(value, control):
    assert control_point.decode(bytes.fromhex(value)) == control


@pytest.mark.parametrize(
    ("decode", "value"),
    [
        (measurement.decode, ""),
        (measurement.decode, "02 0003 58 393000"),
        (measurement.decode, "00 0003 58 00"),
        (feature.decode, "06"),
        (control_point.decode, ""),
        (control_point.decode, "05"),
        (control_point.decode, "01 0a0000"),
        (control_point.decode, "02 00"),
        (control_point.decode, "10 02"),
        (control_point.decode, "10 02 01 01"),
    ],
)
def test_refuses_what_does_not_end_where_it_says(decode, value):
    with pytest.raises(MalformedValue):
        decode(bytes.fromhex(value))
