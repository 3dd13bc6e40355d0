"""A description and the decoder written by hand agree, whatever the bytes."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.described import reading
from gateway.described.description import Description
from gateway.gatt.errors import MalformedValue
from gateway.gatt.oximeter import continuous
from gateway.gatt.running import measurement as running
from gateway.gatt.weight_scale import measurement as scale
from kindstep import toml_file
from tests.values import VALUES

FOLDER = Path(__file__).parents[2] / "docs/described"
MADE_UP = st.one_of(
    st.binary(max_size=24),
    st.builds(
        bytes.__add__, st.integers(0, 255).map(lambda flags: bytes([flags])),
        st.binary(min_size=2, max_size=24),
    ),
)  # fmt: skip


def described(name):
    (known,) = reading.characteristics(toml_file.read(FOLDER / name, Description))
    return known.decode


def said(decode, value):
    try:
        record = decode(value)
    except MalformedValue as malformed:
        return (malformed.uuid, malformed.value)
    return {name: getattr(record, name) for name in record.__struct_fields__}


def agrees(name, decode, value):
    ours, theirs = said(decode, value), said(described(name), value)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        ours = {field: ours.get(field) for field in theirs}
    assert theirs == ours


@given(MADE_UP)
@example(VALUES["2a53"])
def test_a_foot_pod(value):
    agrees("running.toml", running.decode, value)


@given(MADE_UP)
@example(VALUES["2a5f"])
@example(bytes.fromhex("00 ff07 0008"))
def test_an_oximeter(value):
    agrees("oximeter.toml", continuous.decode, value)


@given(MADE_UP)
@example(VALUES["2a9d"])
@example(bytes.fromhex("00 ffff"))
def test_a_scale_in_kilograms(value):
    if value and value[0] & 0x01:
        value = bytes([value[0] & ~0x01]) + value[1:]

    def decode(value):
        record = scale.decode(value)
        told = {name: getattr(record, name) for name in record.__struct_fields__}
        return type("Told", (), {**told, "is_imperial": False, "__struct_fields__": (
            *told, "is_imperial")})  # fmt: skip

    agrees("scale.toml", decode, value)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.name)
def test_every_description_is_held_to_a_decoder(path):
    assert path.stem in {"running", "oximeter", "scale"}
