"""Vectors written by hand from the User Data Service's tables."""

import pytest

from gateway.gatt.errors import MalformedValue
from gateway.gatt.user_data import (
    age,
    change_increment,
    control_point,
    first_name,
    heart_rate_max,
    height,
    user_index,
    weight,
)
from gateway.gatt.user_data.control_point import Operation, Result, UserControl


@pytest.mark.parametrize(
    ("decode", "value", "reading"),
    [
        (age.decode, "2d", age.Age(45)),
        (heart_rate_max.decode, "af", heart_rate_max.HeartRateMax(175)),
        (height.decode, "af00", height.Height(1.75)),
        (weight.decode, "d036", weight.Weight(70.16)),
        (change_increment.decode, "01000000", change_increment.ChangeIncrement(1)),
        (user_index.decode, "02", user_index.UserIndex(2)),
        (user_index.decode, "ff", user_index.UserIndex(None)),
        (first_name.decode, "416ec3a1", first_name.FirstName("Aná")),
        (first_name.decode, "", first_name.FirstName("")),
        (control_point.decode, "01 d204", UserControl(Operation.REGISTER, consent_code=1234)),
        (control_point.decode, "02 03 d204", UserControl(Operation.CONSENT, 3, 1234)),
        (control_point.decode, "03", UserControl(Operation.DELETE_DATA)),
        (control_point.decode, "05 03", UserControl(Operation.DELETE_USER, 3)),
        (
            control_point.decode,
            "20 01 01 03",
            UserControl(
                Operation.RESPONSE, 3, None, Operation.REGISTER, Result.SUCCESS
            ),
        ),
        (
            control_point.decode,
            "20 04 01 0102",
            UserControl(
                Operation.RESPONSE, None, None, Operation.LIST_USERS, Result.SUCCESS,
                b"\x01\x02",
            ),
        ),
        (
            control_point.decode,
            "20 02 05",
            UserControl(
                Operation.RESPONSE, None, None, Operation.CONSENT, Result.NOT_AUTHORIZED
            ),
        ),
    ],
)  # fmt: skip
def test_reads_what_a_device_knows_of_its_user(decode, value, reading):
    assert decode(bytes.fromhex(value)) == reading


def test_a_consent_reads_as_it_was_written():
    assert control_point.encode_consent(3, 1234) == bytes.fromhex("02 03 d204")


@pytest.mark.parametrize(
    ("decode", "value"),
    [
        (age.decode, ""),
        (heart_rate_max.decode, "af00"),
        (height.decode, "af"),
        (weight.decode, "d0"),
        (change_increment.decode, "010000"),
        (user_index.decode, ""),
        (first_name.decode, "ff"),
        (control_point.decode, ""),
        (control_point.decode, "06"),
        (control_point.decode, "02 03 d2"),
        (control_point.decode, "03 00"),
        (control_point.decode, "20 01"),
        (control_point.decode, "20 02 01 03"),
    ],
)
def test_refuses_what_does_not_end_where_it_says(decode, value):
    with pytest.raises(MalformedValue):
        decode(bytes.fromhex(value))
