"""Of adverts that are sent again and again, what is news."""

import pytest

from gateway.adverts import bthome, mi_scale
from gateway.adverts.telling import tellers
from gateway.gatt.errors import MalformedValue
from gateway.settings import ListedAdvert

MINUTE_US = 60_000_000
KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")
ADDRESS = "54:48:E6:8F:80:A5"
SEALED = bytes.fromhex("41 a47266c95f73 00112233 78237214")


def told(teller, text, at_us=0):
    value = text if isinstance(text, bytes) else bytes.fromhex(text)
    return [
        (it.stream.name, round(it.numbers[0] * it.stream.scale, 3), it.stream.unit)
        for it in teller.tell(value, at_us)
    ]


@pytest.fixture
def plain():
    return tellers(None, ADDRESS)[bthome.UUID]


@pytest.fixture
def scale():
    return tellers(None, ADDRESS)[mi_scale.WEIGHT]


def test_objects_become_streams_of_their_surroundings(plain):
    assert told(plain, "40 0164 02ca09 02d007 067b1b 2101 3a01") == [
        ("battery", 100, "percent"),
        ("ambient_temperature", 25.06, "°C"),
        ("ambient_temperature_2", 20, "°C"),
        ("weight", 70.35, "kg"),
        ("ambient_motion", 1, "bool"),
    ]


def test_a_value_that_does_not_change_is_told_once_a_minute(plain):
    assert told(plain, "40 02ca09", 0)
    assert told(plain, "40 02ca09", MINUTE_US - 1) == []
    assert told(plain, "40 02ca09", MINUTE_US)
    assert told(plain, "40 02cb09", MINUTE_US + 1)


def test_a_numbered_advert_is_told_once(plain):
    assert told(plain, "40 0007 02ca09", 0)
    assert told(plain, "40 0007 02ca09", 2 * MINUTE_US) == []
    assert told(plain, "40 0008 02ca09", 2 * MINUTE_US)


def test_a_sealed_advert_needs_the_key(plain):
    with pytest.raises(MalformedValue, match="fcd2"):
        told(plain, SEALED)


def test_a_counter_that_stands_still_is_a_recording_until_the_device_was_silent():
    teller = tellers(KEY, ADDRESS)[bthome.UUID]

    assert told(teller, SEALED, MINUTE_US)
    assert told(teller, SEALED, 3 * MINUTE_US) == []
    assert told(teller, SEALED, 12 * MINUTE_US)


@pytest.mark.parametrize(
    ("swings_at_us", "asked_for"),
    [
        pytest.param(0, None, id="weighed now"),
        pytest.param(-5 * MINUTE_US, 2024, id="long ago"),
    ],
)
def test_a_scale_has_just_weighed_only_who_was_seen_swinging(scale, swings_at_us, asked_for):
    assert told(scale, "02 d036 e807 02 1d 0c 00 1e", swings_at_us) == []
    (said,) = scale.tell(bytes.fromhex("22 d036 e807 02 1d 0c 00 1e"), MINUTE_US - 1)

    assert (said.stream.name, said.measured and said.measured.year) == ("weight", asked_for)
    assert told(scale, "a2 d036 e807 02 1d 0c 00 1e", MINUTE_US) == []
    assert told(scale, "22 d036 e807 02 1d 0c 01 00", MINUTE_US)


@pytest.mark.parametrize("key", ["", "00" * 15, "no key"])
def test_a_key_that_is_none_is_refused(tmp_path, key):
    (tmp_path / "key").write_text(key)

    with pytest.raises(ValueError, match=r"key of|hexadecimal"):
        ListedAdvert(address=ADDRESS, key_file=tmp_path / "key").key()


def test_a_key_needs_an_address(tmp_path):
    with pytest.raises(ValueError, match="AA:BB:CC:DD:EE:FF"):
        ListedAdvert(address="some-uuid", key_file=tmp_path / "key")
