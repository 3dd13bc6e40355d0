"""Vectors written by hand from the tables of the Physical Activity Monitor Service."""

import pytest

from gateway.gatt.activity import (
    control_point,
    current_session,
    features,
    general,
    general_summary,
    heart,
    heart_summary,
    session,
    sleep,
    sleep_summary,
    steps,
)
from gateway.gatt.activity.control_point import ActivityControl, Operation
from gateway.gatt.activity.moment import Moment
from gateway.gatt.activity.sleep import Stage
from gateway.gatt.errors import MalformedValue

MOMENT = "0700 0100 3c000000 09000000"
SUMMED = Moment(7, 1, 60, 9, None)
WORN = Moment(7, 1, 60, 9, True)
NOT_WORN = Moment(7, 1, 60, 9, False)


def said(record):
    """Return what a record says, without what it leaves out."""
    named = {name: getattr(record, name) for name in record.__struct_fields__}
    return {name: value for name, value in named.items() if value is not None}


@pytest.mark.parametrize(
    ("decode", "value", "expected"),
    [
        pytest.param(
            steps.decode, f"80 13 {MOMENT} e80300 640000 100e00",
            {"moment": SUMMED, "walking_steps": 1000, "intense_steps": 100, "worn_s": 3600},
            id="steps",
        ),
        pytest.param(
            general.decode, f"80 900480 {MOMENT} 19 fbffff 0500",
            {
                "moment": WORN, "metabolic_equivalent": 25, "elevation": -5,
                "activity_type": 5,
            },
            id="general",
        ),
        pytest.param(
            general_summary.decode, f"80 80000100 {MOMENT} e80300 fe",
            {"moment": SUMMED, "distance": 1000, "floors": -2},
            id="general, summed up",
        ),
        pytest.param(
            heart.decode, f"80 0200 {MOMENT} 48",
            {"moment": NOT_WORN, "rate_bpm": 72},
            id="heart",
        ),
        pytest.param(
            heart.decode, f"80 7f80 {MOMENT} 2d 48 4203 3a 2a00 0e 0c",
            {
                "moment": WORN, "vo2_max": 45, "rate_bpm": 72, "beat_interval": 834,
                "resting_rate_bpm": 58, "heart_rate_variability": 42,
                "breaths_per_min": 14, "resting_breaths_per_min": 12,
            },
            id="heart, everything",
        ),
        pytest.param(
            heart_summary.decode, f"80 01040004 {MOMENT} 3c0000 48 100e00",
            {"moment": SUMMED, "zone_1_s": 60, "mean_rate_bpm": 72, "worn_s": 3600},
            id="heart, summed up",
        ),
        pytest.param(
            sleep.decode, f"80 1880 {MOMENT} 240000 32",
            {"moment": WORN, "stage": Stage.REM | Stage.DEEP, "rate_bpm": 50},
            id="sleep",
        ),
        pytest.param(
            sleep_summary.decode, f"80 290004 {MOMENT} 806d00 0200 5a 32",
            {
                "moment": SUMMED, "asleep_s": 28032, "awakenings": 2,
                "efficiency_percent": 90, "mean_rate_bpm": 50,
            },
            id="sleep, summed up",
        ),
    ],
)  # fmt: skip
def test_reads_a_session(decode, value, expected):
    assert said(decode(bytes.fromhex(value))) == expected


def test_reads_its_features():
    value = ((1 << 2) | (1 << 38) | (1 << 54)).to_bytes(8, "little")

    assert features.decode(value).supports == (
        "is_worn", "walking_steps", "sleeping_heart_rate"
    )  # fmt: skip


def test_reads_the_current_session():
    value = bytes.fromhex("01 0700 00010000 3c00 0100 00020000 c4ff")

    assert current_session.decode(value) == current_session.CurrentSession(
        True, 7, 256, 60, 1, 512, -60
    )


@pytest.mark.parametrize(
    ("value", "described"),
    [
        ("03 0700 00010000 3c00", session.Session(7, None, 256, 60, None, None, False)),
        (
            "05 0700 00010000 3c00 00020000 3c00",
            session.Session(7, None, 256, 60, 512, 60, True),
        ),
        (
            "00 0700 0100 00010000 3c00 00020000 3c00",
            session.Session(7, 1, 256, 60, 512, 60, False),
        ),
    ],
)
def test_reads_what_a_session_was(value, described):
    assert session.decode(bytes.fromhex(value)) == described


def test_reads_an_order():
    assert control_point.decode(b"\x03\x07\x00") == ActivityControl(
        Operation.GET_ENDED_SESSION, b"\x07\x00"
    )


@pytest.mark.parametrize(
    ("decode", "value"),
    [
        (steps.decode, ""),
        (steps.decode, f"80 01 {MOMENT}"),
        (steps.decode, f"80 00 {MOMENT} 00"),
        (general.decode, f"80 9004 {MOMENT}"),
        (heart.decode, f"80 0200 {MOMENT}"),
        (sleep.decode, f"80 0800 {MOMENT} 2400"),
        (features.decode, "00"),
        (current_session.decode, "01 0700"),
        (session.decode, ""),
        (session.decode, "00 0700 0100 00010000 3c00"),
        (control_point.decode, ""),
        (control_point.decode, "08"),
    ],
)
def test_refuses_what_does_not_end_where_its_flags_say(decode, value):
    with pytest.raises(MalformedValue):
        decode(bytes.fromhex(value))
