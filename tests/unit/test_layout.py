"""The one rule of length that all layouts share."""

import pytest

from gateway.gatt.errors import MalformedValue
from gateway.gatt.layout import SFLOAT, U8, U16, U24, Flags, Layout

LAYOUT = Layout("2aff", U8, U16.when(0x01), U8, U24.over(2).when(0x02), flags=Flags(known=0x07))


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
    assert tuple(LAYOUT.read(bytes.fromhex(value))) == values
    assert LAYOUT.size(bytes.fromhex(value)) == len(bytes.fromhex(value))


@pytest.mark.parametrize("value", ["", "00", "00 07 00", "01 02 07", "03 0201 07 0500"])
def test_refuses_a_value_that_does_not_end_where_its_flags_say(value):
    with pytest.raises(MalformedValue, match="2aff"):
        LAYOUT.read(bytes.fromhex(value))


@pytest.mark.parametrize("value", ["80 07", "80 07 01", "80 07 010203"])
def test_ignores_a_reserved_flag_and_what_it_may_announce(value):
    assert tuple(LAYOUT.read(bytes.fromhex(value))) == (0x80, None, 7, None)


def test_refuses_a_value_cut_short_also_behind_a_reserved_flag():
    with pytest.raises(MalformedValue):
        LAYOUT.read(b"\x81\x02\x01")


def test_reads_on_when_a_sensor_sends_every_combination_of_flags():
    layout = Layout("2aff", U16, *[U8.when(1 << bit) for bit in range(10)],
                    flags=Flags(known=0x3FF, size=2))  # fmt: skip

    for flags in range(1024):
        value = flags.to_bytes(2, "little") + bytes(flags.bit_count())
        assert sum(field is not None for field in layout.read(value)) == 1 + flags.bit_count()


def test_a_layout_without_flags_has_one_length():
    assert tuple(Layout("2aff", SFLOAT).read(b"\xa0\xf0")) == (16.0,)
    with pytest.raises(MalformedValue):
        Layout("2aff", SFLOAT).read(b"\xa0\xf0\x00")
