"""Vectors typed from the table of the glasses' service."""

import pytest

from gateway.gatt.errors import MalformedValue
from gateway.gatt.glasses import control, minute, motion, state
from gateway.gatt.glasses.control import Control, Operation

TWO_SAMPLES = "0100 0200 0300 ffff feff fdff"


@pytest.mark.parametrize(
    ("flags", "live", "not_worn", "fault"),
    [("00", False, False, False), ("01", True, False, False), ("07", True, True, True)],
)
def test_reads_motion(flags, live, not_worn, fault):
    value = bytes.fromhex(f"0a000000 00800000 0700 {flags} 02 {TWO_SAMPLES}")

    reading = motion.decode(value)

    assert reading == motion.Motion(
        10, 32768, 7, live, not_worn, fault, bytes.fromhex(TWO_SAMPLES)
    )
    assert reading.size == 2


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="empty"),
        pytest.param("0a000000 00800000 0700 00 00", id="no samples"),
        pytest.param(f"0a000000 00800000 0700 00 03 {TWO_SAMPLES}", id="one missing"),
        pytest.param(f"0a000000 00800000 0700 00 02 {TWO_SAMPLES} 00", id="a byte too many"),
        pytest.param("0a000000 00800000 0700 00 27" + 39 * "000000000000", id="39 samples"),
    ],
)
def test_refuses_motion_that_holds_something_else(value):
    with pytest.raises(MalformedValue, match="6b730002"):
        motion.decode(bytes.fromhex(value))


def test_reads_a_minute():
    reading = minute.decode(bytes.fromhex("0b000000 00001e00 0700 02 00 7800"))

    assert reading == minute.Minute(11, 1966080, 7, live=False, not_worn=True, steps=120)


@pytest.mark.parametrize("value", ["", "0b000000 00001e00 0700 02 00 78", 14 * "ff"])
def test_refuses_what_is_no_minute(value):
    with pytest.raises(MalformedValue, match="6b730003"):
        minute.decode(bytes.fromhex(value))


def test_reads_the_state():
    reading = state.decode(
        bytes.fromhex(
            "0700 00800000 64000000 0a000000 14000000 09000000 01000000 02000000 00204e00 0010"
        )
    )

    assert reading == state.State(
        boot=7,
        ticks=32768,
        next_sample=100,
        oldest_sample=10,
        confirmed_sample=20,
        next_minute=9,
        oldest_minute=1,
        confirmed_minute=2,
        period_us=20000.0,
        lsb_per_g=4096,
    )


@pytest.mark.parametrize(
    "value", ["", 35 * "01", 32 * "01" + "00000000 0010", 36 * "01" + "0000"]
)
def test_refuses_a_state_that_no_device_is_in(value):
    with pytest.raises(MalformedValue, match="6b730004"):
        state.decode(bytes.fromhex(value))


@pytest.mark.parametrize(
    ("order", "value"),
    [
        (Control(Operation.CONFIRM_SAMPLES, 1000), "01 e8030000"),
        (Control(Operation.CONFIRM_MINUTES, 2), "02 02000000"),
        (Control(Operation.RESEND), "03 00000000"),
    ],
)
def test_an_order_reads_as_it_was_written(order, value):
    assert control.encode(order) == bytes.fromhex(value)
    assert control.decode(bytes.fromhex(value)) == order


@pytest.mark.parametrize("value", ["", "01 e80300", "09 00000000"])
def test_refuses_an_order_nobody_knows(value):
    with pytest.raises(MalformedValue, match="6b730005"):
        control.decode(bytes.fromhex(value))
