"""Vectors written by hand from the Glucose Service's tables."""

import pytest

from gateway.gatt.date_time import DateTime
from gateway.gatt.errors import MalformedValue
from gateway.gatt.glucose import context, feature, measurement
from gateway.gatt.glucose.context import (
    Carbohydrate,
    Context,
    Health,
    Meal,
    Medication,
)
from gateway.gatt.glucose.feature import Feature
from gateway.gatt.glucose.measurement import Glucose, Status
from gateway.gatt.glucose.sample import Fluid, Place, Sample
from gateway.gatt.ieee11073 import Special

NOON = DateTime(2024, 2, 29, 12, 0, 30)
FINGER = Sample(Fluid.CAPILLARY_WHOLE_BLOOD, Place.FINGER)


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        pytest.param(
            "00 0700 e807 02 1d 0c 00 1e",
            Glucose(7, NOON, None, None, "mg/dL", None, None, False),
            id="no result",
        ),
        pytest.param(
            "02 0700 e807 02 1d 0c 00 1e 69b0 11",
            Glucose(7, NOON, None, 105.0, "mg/dL", FINGER, None, False),
            id="0.00105 kg/L",
        ),
        pytest.param(
            "06 0700 e807 02 1d 0c 00 1e 3ac0 11",
            Glucose(7, NOON, None, 5.8, "mmol/L", FINGER, None, False),
            id="0.0058 mol/L",
        ),
        pytest.param(
            "1f 0700 e807 02 1d 0c 00 1e c4ff 3ac0 f9 2100",
            Glucose(
                7, NOON, -60, 5.8, "mmol/L", Sample(Fluid.INTERSTITIAL_FLUID, None),
                Status.BATTERY_LOW | Status.RESULT_TOO_HIGH, True,
            ),
            id="everything",
        ),
        pytest.param(
            "02 0700 e807 02 1d 0c 00 1e fe07 11",
            Glucose(
                7, NOON, None, Special.POSITIVE_INFINITY, "mg/dL", FINGER, None, False
            ),
            id="too high to tell",
        ),
    ],
)  # fmt: skip
def test_reads_a_meter(value, reading):
    assert measurement.decode(bytes.fromhex(value)) == reading


def about(sequence, **known):
    absent = dict.fromkeys(Context.__struct_fields__)
    return Context(**absent | {"sequence": sequence} | known)


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        pytest.param("00 0700", about(7), id="least"),
        pytest.param("80 0700 00", about(7), id="extended flags"),
        pytest.param(
            "03 0700 02 32d0 02",
            about(
                7, carbohydrate=Carbohydrate.LUNCH, carbohydrate_g=50.0, meal=Meal.AFTER
            ),
            id="lunch",
        ),
        pytest.param(
            "5c 0700 51 0807 32 03 78a0 38f0",
            about(
                7, tester=context.Tester.SELF, health=Health.NO_ISSUES, exercise_s=1800,
                exercise_percent=50, medication=Medication.INTERMEDIATE_INSULIN,
                medication_mg=120.0, hba1c_percent=5.6,
            ),
            id="by mass",
        ),
        pytest.param(
            "30 0700 01 0cc0",
            about(7, medication=Medication.RAPID_INSULIN, medication_ml=1.2),
            id="by volume",
        ),
        pytest.param(
            "08 0700 ffff 32", about(7, exercise_percent=50), id="longer than can be said"
        ),
    ],
)  # fmt: skip
def test_reads_what_belongs_to_it(value, reading):
    assert context.decode(bytes.fromhex(value)) == reading


def test_reads_its_features():
    assert feature.decode(bytes.fromhex("2104")).supports == (
        Feature.BATTERY_LOW | Feature.RESULT_RANGE | Feature.MULTIPLE_BONDS
    )


@pytest.mark.parametrize(
    ("decode", "value"),
    [
        (measurement.decode, ""),
        (measurement.decode, "02 0700 e807 02 1d 0c 00 1e 69b0"),
        (measurement.decode, "00 0700 e807 02 1d 0c 00 1e 00"),
        (measurement.decode, "00 0700 e807 02 20 0c 00 1e"),
        (context.decode, "01 0700 02"),
        (context.decode, "00 0700 00"),
        (feature.decode, "210400"),
    ],
)
def test_refuses_what_does_not_end_where_its_flags_say(decode, value):
    with pytest.raises(MalformedValue):
        decode(bytes.fromhex(value))
