"""The one rule of length that all layouts share."""

import pytest

from gateway.gatt.errors import MalformedValue
from gateway.gatt.field import FLAGS_8, FLAGS_16, I8, SFLOAT, U8, U16, U24, Either, Part, bit
from gateway.gatt.layout import Layout


def values(*told):
    return told


LAYOUT = Layout(
    "2aff",
    values,
    U8.announcing(known=0x04),
    U16.when(0x01),
    U8,
    U24.over(2).when(0x02),
)


@pytest.mark.parametrize(
    ("value", "values"),
    [
        ("00 07", (0, None, 7, None)),
        ("01 0201 07", (1, 0x0102, 7, None)),
        ("02 07 040000", (2, None, 7, 2.0)),
        ("03 0201 07 050000", (3, 0x0102, 7, 2.5)),
        ("04 07", (4, None, 7, None)),
    ],
)
def test_puts_each_field_where_it_belongs(value, values):
    assert LAYOUT.read(bytes.fromhex(value)) == values
    assert LAYOUT.size(bytes.fromhex(value)) == len(bytes.fromhex(value))


@pytest.mark.parametrize("value", ["", "00", "00 07 00", "01 02 07", "03 0201 07 0500"])
def test_refuses_a_value_that_does_not_end_where_its_flags_say(value):
    with pytest.raises(MalformedValue, match="2aff"):
        LAYOUT.read(bytes.fromhex(value))


@pytest.mark.parametrize("value", ["80 07", "80 07 01", "80 07 010203"])
def test_ignores_a_reserved_flag_and_what_it_may_announce(value):
    assert LAYOUT.read(bytes.fromhex(value)) == (0x80, None, 7, None)


def test_refuses_a_value_cut_short_also_behind_a_reserved_flag():
    with pytest.raises(MalformedValue):
        LAYOUT.read(b"\x81\x02\x01")


def test_reads_on_when_a_sensor_sends_every_combination_of_flags():
    layout = Layout("2aff", values, U16.announcing(), *[U8.when(1 << at) for at in range(10)])

    for flags in range(1024):
        value = flags.to_bytes(2, "little") + bytes(flags.bit_count())
        assert sum(field is not None for field in layout.read(value)) == 1 + flags.bit_count()


def test_a_layout_without_flags_has_one_length():
    assert Layout("2aff", values, SFLOAT).read(b"\xa0\xf0") == (16.0,)
    with pytest.raises(MalformedValue):
        Layout("2aff", values, SFLOAT).read(b"\xa0\xf0\x00")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("00 c800", (False, 1.0, "kg", "here")),
        ("01 c800", (True, 2.0, "lb", "here")),
        ("01 ffff", (True, None, "lb", "here")),
        ("02", (False, None, "kg", "here")),
    ],
)
def test_a_flag_decides_between_two_fields_or_two_values(value, told):
    weight = U16.but(0xFFFF)
    heavy = Either(0x01, weight.over(100), Either(0x02, None, weight.over(200)))
    layout = Layout("2aff", values, FLAGS_8, bit(0x01), heavy, Either(0x01, "lb", "kg"), "here")

    assert layout.read(bytes.fromhex(value)) == told


@pytest.mark.parametrize("value", ["01 07 030201 05", "00 07 05"])
def test_what_is_skipped_tells_nothing_there_or_not(value):
    layout = Layout("2aff", values, FLAGS_8, U8.skipped(), U24.when(0x01).skipped(), U8)

    assert layout.read(bytes.fromhex(value)) == (5,)


def test_what_is_untold_is_none_and_only_where_it_is():
    layout = Layout("2aff", values, U16.untold(), U8)

    assert layout.read(b"\x01\x02\x03") == (None, 3)


def test_flags_are_found_behind_what_is_always_there():
    layout = Layout("2aff", values, U8, U24, FLAGS_16, Part(values, (I8, U8.when(0x0100))))

    assert layout.read(bytes.fromhex("01 020000 0001 ff 07")) == (1, 2, (-1, 7))
    assert layout.read(bytes.fromhex("01 020000 0000 ff")) == (1, 2, (-1, None))
