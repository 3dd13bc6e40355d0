"""Vectors written by hand from the tables of InfiniTime's watch and Colmi's ring."""

from datetime import UTC, datetime

import pytest

from gateway.gatt.errors import MalformedValue
from gateway.vendors.colmi import frame
from gateway.vendors.colmi.frame import (
    Battery,
    Command,
    Frame,
    Measured,
    Measurement,
    QuarterHour,
)
from gateway.vendors.colmi.heart_log import LogHeading, LogPart
from gateway.vendors.infinitime import motion, steps


def ring(text):
    body = bytes.fromhex(text).ljust(15, b"\0")
    return body + bytes([sum(body) & 0xFF])


def test_reads_a_watch():
    assert steps.decode(bytes.fromhex("e8030000")) == steps.StepCount(1000)
    assert motion.decode(bytes.fromhex("0000 00fc 0004")) == motion.Motion(0, -1024, 1024)


@pytest.mark.parametrize(
    ("decode", "value"),
    [(steps.decode, "e80300"), (steps.decode, "e803000000"), (motion.decode, "0000")],
)
def test_refuses_what_no_watch_says(decode, value):
    with pytest.raises(MalformedValue):
        decode(bytes.fromhex(value))


@pytest.mark.parametrize(
    ("said", "reading"),
    [
        ("03 57 01", Battery(87, True)),
        ("69 01 00 48", Measurement(Measured.HEART_RATE, 0, 72)),
        ("69 03 02 00", Measurement(Measured.SPO2, 2, 0)),
        ("69 63 00 01", Measurement(None, 0, 1)),
        # 29 February 2024, from 12:15 on, 123 steps over 85 m.
        (
            "43 24 02 29 31 00 01 6400 7b00 5500",
            QuarterHour(2024, 2, 29, 735, 0, 1, 123, 85, 100),
        ),
        ("15 00 18 05", LogHeading(24, 5)),
        # From midnight of 29 February 2024 on; the second of them was taken.
        ("15 01 00 c7 df 65 00 48", LogPart(1, 1_709_164_288, (0, 72, *[0] * 7))),
        ("15 02 48 49", LogPart(2, None, (72, 73, *[0] * 11))),
        ("15 ff", Frame(0x15, False, bytes.fromhex("ff").ljust(14, b"\0"))),
        ("43 ff", Frame(0x43, False, bytes.fromhex("ff").ljust(14, b"\0"))),
        ("83 01", Frame(0x03, True, bytes.fromhex("01").ljust(14, b"\0"))),
    ],
)
def test_reads_a_ring(said, reading):
    assert frame.decode(ring(said)) == reading


def test_asks_a_ring():
    asked = frame.encode(Command.MEASURE, b"\x01\x01")

    assert asked == bytes.fromhex("69 01 01 000000000000000000000000 6b")


def test_sets_a_rings_clock_and_asks_for_a_day():
    noon = datetime(2024, 2, 29, 12, 0, 30, tzinfo=UTC)

    assert frame.set_time(noon)[:-1] == bytes.fromhex("01 24 02 29 12 00 30 01") + bytes(7)
    assert frame.ask_heart_rates(1_709_164_800)[:5] == bytes.fromhex("15 00c9df65")
    assert frame.measure(Measured.HEART_RATE)[:3] == bytes.fromhex("69 01 01")
    assert frame.stop_measuring(Measured.HEART_RATE)[:4] == bytes.fromhex("6a 01 00 00")
    assert frame.ask_steps(2)[:-1] == bytes.fromhex("43 02 0f 00 5f 01") + bytes(9)


@pytest.mark.parametrize(
    "value", [b"", ring("03 57")[:-1], ring("03 57") + b"\0", ring("03 57")[:-1] + b"\0"]
)
def test_refuses_what_no_ring_says(value):
    with pytest.raises(MalformedValue, match="6e400003"):
        frame.decode(value)
