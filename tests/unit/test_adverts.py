"""Vectors of adverts, typed from the tables of BTHome and from openScale's of the Mi scales."""

import sys

import pytest

from gateway.adverts import bthome, mi_scale
from gateway.adverts.bthome import BTHome, Measurement, NoCipher
from gateway.adverts.mi_scale import ScaleAdvert
from gateway.gatt.date_time import DateTime
from gateway.gatt.errors import MalformedValue

NOON = DateTime(2024, 2, 29, 12, 0, 30)
TEMPERATURE = Measurement("temperature", 25.06, "°C")
HUMIDITY = Measurement("humidity", 50.55, "percent")

# The example of bthome.io/encryption.
KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")
ADDRESS = "54:48:E6:8F:80:A5"
SEALED = bytes.fromhex("41 a47266c95f73 00112233 78237214")


@pytest.mark.parametrize(
    ("value", "advert"),
    [
        pytest.param("40", BTHome(False, False, (), None), id="nothing"),
        pytest.param(
            "40 02ca09 03bf13",
            BTHome(False, False, (TEMPERATURE, HUMIDITY), None),
            id="weather",
        ),
        pytest.param(
            "44 3a01", BTHome(False, True, (Measurement("button", 1, "event"),), None),
            id="an event",
        ),
        pytest.param(
            "40 0164 06 5b1b 5302 4869",
            BTHome(
                False, False,
                (
                    Measurement("battery", 100, "percent"),
                    Measurement("mass", 70.03, "kg"),
                    Measurement("text", "Hi", "text"),
                ),
                None,
            ),
            id="a scale",
        ),
        pytest.param(
            "40 2101 5402 beef 5718 5814 ff01",
            BTHome(
                False, False,
                (
                    Measurement("motion", 1, "bool"),
                    Measurement("raw", "beef", "hex"),
                    Measurement("temperature", 24, "°C"),
                    Measurement("temperature", 7.0, "°C"),
                ),
                0xFF,
            ),
            id="up to what is unknown",
        ),
        pytest.param(SEALED.hex(), BTHome(True, False, (), None), id="sealed"),
    ],
)  # fmt: skip
def test_reads_bthome(value, advert):
    assert bthome.decode(bytes.fromhex(value)) == advert


@pytest.mark.parametrize(
    "value", ["", "20 02ca09", "40 02ca", "40 53", "40 5302 48", "40 5301 ff", "40 01"]
)
def test_refuses_what_is_no_bthome(value):
    with pytest.raises(MalformedValue, match="fcd2"):
        bthome.decode(bytes.fromhex(value))


def test_decrypts_with_the_devices_key():
    assert bthome.decrypter(KEY)(SEALED, ADDRESS) == BTHome(
        True, False, (TEMPERATURE, HUMIDITY), None
    )


@pytest.mark.parametrize(
    ("key", "value", "address"),
    [
        pytest.param(bytes(16), SEALED, ADDRESS, id="another key"),
        pytest.param(KEY, SEALED, "54:48:E6:8F:80:A6", id="another device"),
        pytest.param(KEY, SEALED[:-1] + b"\0", ADDRESS, id="tampered"),
        pytest.param(KEY, SEALED[:8], ADDRESS, id="cut"),
        pytest.param(KEY, b"\x40\x01\x64", ADDRESS, id="plain: could be anybody's"),
    ],
)
def test_believes_only_what_the_key_seals(key, value, address):
    with pytest.raises(MalformedValue, match="fcd2"):
        bthome.decrypter(key)(value, address)


def test_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)

    with pytest.raises(NoCipher, match=r"pip install 'kindstep\[adverts\]'"):
        bthome.decrypter(KEY)


@pytest.mark.parametrize(
    ("value", "advert"),
    [
        ("22 d036 e807 02 1d 0c 00 1e", ScaleAdvert(70.16, "kg", True, False, NOON, None)),
        ("83 d036 e807 02 1d 0c 00 1e", ScaleAdvert(140.32, "lb", False, True, NOON, None)),
        ("12 d036 e807 02 1d 0c 00 1e", ScaleAdvert(140.32, "jin", False, False, NOON, None)),
    ],
)
def test_reads_the_first_mi_scale(value, advert):
    assert mi_scale.decode_weight(bytes.fromhex(value)) == advert


@pytest.mark.parametrize(
    ("value", "advert"),
    [
        (
            "02 26 e807 02 1d 0c 00 1e f401 d036",
            ScaleAdvert(70.16, "kg", True, False, NOON, 500),
        ),
        (
            "03 a4 e807 02 1d 0c 00 1e 0000 d036",
            ScaleAdvert(140.32, "lb", True, True, NOON, None),
        ),
    ],
)
def test_reads_the_second_mi_scale(value, advert):
    assert mi_scale.decode_composition(bytes.fromhex(value)) == advert


@pytest.mark.parametrize(
    ("decode", "value"),
    [
        (mi_scale.decode_weight, ""),
        (mi_scale.decode_weight, "22 d036 e807 0d 1d 0c 00 1e"),
        (mi_scale.decode_weight, "22 d036 e807 02 1d 0c 00 1e 00"),
        (mi_scale.decode_composition, "02 26 e807 02 1d 0c 00 1e f401 d0"),
    ],
)
def test_refuses_what_no_scale_says(decode, value):
    with pytest.raises(MalformedValue, match="0000181"):
        decode(bytes.fromhex(value))
