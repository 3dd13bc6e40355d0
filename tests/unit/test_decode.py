"""What `kindstep decode` says; the layouts themselves are tested one by one."""

import json

import pytest

from gateway.decode import Unreadable, decode_to_json, known
from gateway.gatt.errors import MalformedValue
from gateway.gatt.service import short


@pytest.mark.parametrize(
    "name", ["2A37", "2a37", "0x2A37", "00002A37-0000-1000-8000-00805F9B34FB"]
)
def test_takes_a_characteristic_as_people_write_it(name):
    assert decode_to_json(name, "19 2c01 0a00 0004 0003") == {
        "characteristic": "2A37",
        "name": "Heart Rate Measurement",
        "rate_bpm": 300,
        "in_contact": None,
        "energy_kj": 10,
        "rr_ms": [1000.0, 750.0],
    }


@pytest.mark.parametrize("text", ["0048", "00 48", "0x00 0x48", "00:48", "00-48"])
def test_takes_bytes_as_people_write_them(text):
    assert decode_to_json("2a37", text)["rate_bpm"] == 72


def test_spreads_samples_and_names_specials():
    motion = decode_to_json(
        "6b730002", "0a000000 00800000 0700 01 02 0100 0200 0300 ffff feff fdff"
    )
    pressure = decode_to_json("2a35", "00 ff07 5000 5d00")

    assert motion["samples"] == [[1, 2, 3], [-1, -2, -3]]
    assert pressure["systolic"] == "nan"


@pytest.mark.parametrize(
    ("characteristic", "text", "complaint"),
    [
        ("2aff", "00", "unknown characteristic '2aff'; known are .*2A37"),
        ("00002a37-0000-1000-8000-00805f9b34fc", "00", "unknown characteristic"),
        ("2a37", "00 4", r"an odd number of hex digits \(3\)"),
        ("2a37", "00 4g", "not a hex digit: 'g'"),
    ],
)
def test_says_what_was_typed_wrongly(characteristic, text, complaint):
    with pytest.raises(Unreadable, match=complaint):
        decode_to_json(characteristic, text)


def test_says_which_bytes_do_not_fit():
    with pytest.raises(MalformedValue, match=r"2a37.*: cannot read 10 3c 00 04 09"):
        decode_to_json("2a37", "10 3c 0004 09")


@pytest.mark.parametrize("number", known())
def test_every_known_characteristic_gives_json_or_refuses(number):
    for value in [b"\0", b"\1", bytes(14), bytes(range(18)), b"\x64"]:
        try:
            json.dumps(decode_to_json(number, value.hex()))
        except MalformedValue as error:
            assert short(error.uuid) == number  # noqa: PT017 - either answer is right
