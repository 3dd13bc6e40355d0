"""Vectors written by hand from the Weight Scale and Body Composition Services' tables."""

import pytest

from gateway.gatt import body_composition, weight_scale
from gateway.gatt.body_composition.measurement import BodyComposition
from gateway.gatt.date_time import DateTime
from gateway.gatt.errors import MalformedValue
from gateway.gatt.weight_scale.measurement import Weight

NOON = DateTime(2024, 2, 29, 12, 0, 30)


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        pytest.param("00 d036", Weight(70.16, "kg", None, None, None, None, "m"), id="kg"),
        pytest.param("01 d036", Weight(140.32, "lb", None, None, None, None, "in"), id="lb"),
        pytest.param(
            "00 ffff", Weight(None, "kg", None, None, None, None, "m"), id="unsuccessful"
        ),
        pytest.param(
            "0e d036 e807 02 1d 0c 00 1e ff e900 d606",
            Weight(70.16, "kg", NOON, None, 23.3, 1.75, "m"),
            id="everything, of an unknown user",
        ),
        pytest.param(
            "0d d036 03 e900 b002",
            Weight(140.32, "lb", None, 3, 23.3, 68.8, "in"),
            id="everything, imperial",
        ),
    ],
)
def test_reads_a_scale(value, reading):
    assert weight_scale.measurement.decode(bytes.fromhex(value)) == reading


def test_reads_how_finely_a_scale_weighs():
    said = weight_scale.feature.decode(bytes.fromhex("bd010000"))  # 011 0111 101

    assert said.supports == (
        weight_scale.feature.Feature.TIME | weight_scale.feature.Feature.BMI
    )
    assert (said.weight_step_kg, said.height_step_m) == (0.005, 0.001)


def test_reserved_steps_are_not_known():
    said = weight_scale.feature.decode(bytes.fromhex("f8030000"))

    assert (said.weight_step_kg, said.height_step_m) == (None, None)


def composition(**known):
    absent = dict.fromkeys(BodyComposition.__struct_fields__)
    return BodyComposition(
        **absent | {"mass_unit": "kg", "height_unit": "m", "goes_on": False} | known
    )


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        pytest.param("0000 e700", composition(fat_percent=23.1), id="least"),
        pytest.param("0000 ffff", composition(), id="unsuccessful"),
        pytest.param(
            "0110 e700",
            composition(fat_percent=23.1, mass_unit="lb", height_unit="in", goes_on=True),
            id="imperial, goes on",
        ),
        pytest.param(
            "fe0f e700 e807 02 1d 0c 00 1e 02 401a a401 e02e 582f 302a f41a 8813 d036 d606",
            composition(
                fat_percent=23.1, measured=NOON, user=2, basal_metabolism_kj=6720,
                muscle_percent=42.0, muscle_mass=60.0, fat_free_mass=60.6,
                soft_lean_mass=54.0, water_mass=34.5, impedance_ohm=500.0, weight=70.16,
                height=1.75,
            ),
            id="everything",
        ),
    ],
)  # fmt: skip
def test_reads_a_body(value, reading):
    assert body_composition.measurement.decode(bytes.fromhex(value)) == reading


def test_reads_how_finely_a_body_is_measured():
    said = body_composition.feature.decode(bytes.fromhex("00b90000"))

    assert said.supports == (body_composition.feature.Feature.IMPEDANCE)
    assert (said.mass_step_kg, said.height_step_m) == (0.005, 0.01)


@pytest.mark.parametrize(
    ("decode", "value"),
    [
        (weight_scale.measurement.decode, ""),
        (weight_scale.measurement.decode, "08 d036 e900"),
        (weight_scale.measurement.decode, "00 d036 00"),
        (weight_scale.feature.decode, "bd0100"),
        (body_composition.measurement.decode, "0000"),
        (body_composition.measurement.decode, "0000 e807"),
        (body_composition.measurement.decode, "0800 e700 40"),
        (body_composition.feature.decode, "00"),
    ],
)
def test_refuses_what_does_not_end_where_its_flags_say(decode, value):
    with pytest.raises(MalformedValue):
        decode(bytes.fromhex(value))
