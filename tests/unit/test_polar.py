"""Vectors written by hand from the Polar Measurement Data Specification's tables."""

import pytest

from gateway.gatt.errors import MalformedValue
from gateway.vendors.polar import control_point, data, deltas
from gateway.vendors.polar.control_point import (
    Choice,
    Features,
    Order,
    Request,
    Response,
    Setting,
    Status,
)
from gateway.vendors.polar.data import Frame, Interval, Intervals
from gateway.vendors.polar.kind import Kind

HEAD = "0100000000000000"
CHOSEN = {Setting.SAMPLE_RATE_HZ: 200, Setting.RESOLUTION_BITS: 16, Setting.RANGE: 8}


@pytest.mark.parametrize(
    ("value", "control"),
    [
        pytest.param("0f 05 00", Features((Kind.ECG, Kind.ACCELERATION)), id="features"),
        pytest.param(
            "f0 01 02 00 00 00 04 1900 3200 6400 c800 01 01 1000 02 03 0200 0400 0800",
            Response(
                Order.GET_SETTINGS, Kind.ACCELERATION, Status.SUCCESS, False,
                (
                    Choice(Setting.SAMPLE_RATE_HZ, (25, 50, 100, 200)),
                    Choice(Setting.RESOLUTION_BITS, (16,)),
                    Choice(Setting.RANGE, (2, 4, 8)),
                ),
            ),
            id="what acceleration can be",
        ),
        pytest.param(
            "f0 02 00 06",
            Response(Order.START, Kind.ECG, Status.ALREADY_SO, False, ()),
            id="a short answer",
        ),
        pytest.param(
            "f0 03 63 63 01", Response(Order.STOP, None, None, True, ()), id="new numbers"
        ),
        pytest.param("03 02", Request(Order.STOP, Kind.ACCELERATION, ()), id="stop"),
    ],
)  # fmt: skip
def test_reads_the_control_point(value, control):
    assert control_point.decode(bytes.fromhex(value)) == control


@pytest.mark.parametrize(
    ("order", "kind", "chosen", "value"),
    [
        (Order.GET_SETTINGS, Kind.ECG, None, "01 00"),
        (
            Order.START, Kind.ACCELERATION, CHOSEN, "02 02 00 01 c800 01 01 1000 02 01 0800",
        ),
    ],
)  # fmt: skip
def test_an_order_reads_as_it_was_written(order, kind, chosen, value):
    written = control_point.encode(order, kind, chosen)
    read = control_point.decode(written)

    assert written == bytes.fromhex(value)
    assert (read.order, read.kind) == (order, kind)
    assert {each.setting: each.values[0] for each in read.choices} == (chosen or {})


@pytest.mark.parametrize(
    "value", ["", "04 00", "f0 01 02", "02 02 00 01 c8", "02 02 07 01 c800", "02 02 00"]
)
def test_refuses_what_is_no_order(value):
    with pytest.raises(MalformedValue, match="fb005c81"):
        control_point.decode(bytes.fromhex(value))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param(
            f"00 {HEAD} 00 010000 ffffff", Frame(Kind.ECG, 1, 0, ((1,), (-1,))), id="ECG"
        ),
        pytest.param(
            f"01 {HEAD} 00 010000 020000 030000 ffffff",
            Frame(Kind.PPG, 1, 0, ((1, 2, 3, -1),)),
            id="PPG",
        ),
        pytest.param(
            f"02 {HEAD} 01 0100 ffff e803 0200 feff e703",
            Frame(Kind.ACCELERATION, 1, 1, ((1, -1, 1000), (2, -2, 999))),
            id="acceleration",
        ),
        pytest.param(
            # Two samples of 3 bits a number, from the lowest bit: +1 -1 0, then +3 -4 +1.
            f"02 {HEAD} 81 0100 0200 0300 03 02 39c6 00",
            Frame(Kind.ACCELERATION, 1, 0x81, ((1, 2, 3), (2, 1, 3), (5, -3, 4))),
            id="packed acceleration",
        ),
        pytest.param(
            f"03 {HEAD} 00 48 4203 0a00 07 00 2003 0500 00",
            Intervals(1, (Interval(72, 834, 10, True, True), Interval(0, 800, 5, False, None))),
            id="peak intervals",
        ),
    ],
)
def test_reads_a_frame(value, said):
    assert data.decode(bytes.fromhex(value)) == said


def test_unpacks_block_after_block():
    # One channel: 10, then 8-bit +5 -5, then no bits at all: twice the same.
    value = bytes.fromhex("0a 08 02 05 fb 00 02")

    assert [*deltas.unpack(value, 1, 1)] == [(10,), (15,), (10,), (10,), (10,)]


@pytest.mark.parametrize(
    "value",
    [
        "",
        f"02 {HEAD}",
        f"02 {HEAD} 01",
        f"02 {HEAD} 01 0100 ffff e8",
        f"02 {HEAD} 05 0100 ffff e803",
        f"04 {HEAD} 00 00",
        f"02 {HEAD} 81 0100 0200 03",
        f"02 {HEAD} 81 0100 0200 0300 03",
        f"02 {HEAD} 81 0100 0200 0300 03 02 3946",
        f"03 {HEAD} 00 48 4203 0a00",
    ],
)
def test_refuses_a_frame_that_is_cut(value):
    with pytest.raises(MalformedValue, match="fb005c82"):
        data.decode(bytes.fromhex(value))
