"""Polar's file transfer by vectors written by hand from its published tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.gatt.errors import MalformedValue
from gateway.vendors.polar import control_point, file_system, packet
from gateway.vendors.polar.control_point import Order, Response, Setting, Status, UnderWay
from gateway.vendors.polar.data import Frame
from gateway.vendors.polar.file_system import Entry, LocalTime
from gateway.vendors.polar.kind import Kind
from gateway.vendors.polar.packet import Packet
from gateway.vendors.polar.recording import Recording

FRAME = "02 0100000000000000 01 0100 ffff e803"
HEADING = "00 2b4c7c3d 01000000 00000000 00000000" + b"2026-11-26 10:00:00\0".hex()
RECORDING = bytes.fromhex(f"{HEADING} 04 00 01 3200 00 1000 {FRAME} 1000 {FRAME}")
READ = Frame(Kind.ACCELERATION, 1, 1, ((1, -1, 1000),))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("06 0102", Packet(0, True, True, None, b"\1\2")),
        ("f3 03", Packet(15, False, False, None, b"\3")),
        ("00 0000", Packet(0, True, False, 0, b"")),
        ("00 6700", Packet(0, True, False, 103, b"")),
    ],
)
def test_reads_a_packet(value, said):
    assert packet.decode(bytes.fromhex(value)) == said


@pytest.mark.parametrize("value", ["", "04 01", "00 00"])
def test_refuses_what_is_no_packet(value):
    with pytest.raises(MalformedValue, match="fb005c51"):
        packet.decode(bytes.fromhex(value))


def test_an_order_goes_in_packets_that_are_counted():
    message = file_system.get("/U/0/")
    sent = list(packet.split(message, 5))

    assert message == bytes.fromhex("0900 0800 1205") + b"/U/0/"
    assert [part[0] for part in sent] == [0x06, 0x17, 0x23]
    assert b"".join(packet.decode(part).part for part in sent) == message


def test_asks_to_remove_and_for_the_time():
    assert file_system.remove("/A") == bytes.fromhex("0600 0803 1202 2f41")
    assert file_system.ask_time() == bytes.fromhex("0480")


def test_reads_a_folder_and_a_clock():
    folder = bytes.fromhex("0a 0d 0a09") + b"20261126/" + bytes.fromhex("1000")
    file = bytes.fromhex("0a 0c 0a07") + b"ACC.REC" + bytes.fromhex("10ac02")
    time = bytes.fromhex("0a 07 08d00f 1001 1802 12 09 0800 1001 1802 20f403 1800")

    assert file_system.entries(folder + file) == [Entry("20261126/", 0), Entry("ACC.REC", 300)]
    assert file_system.local_time(time) == LocalTime(86_400_000_000 + 62_500_000, 1000)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("ACC.REC", Kind.ACCELERATION), ("PPG12.REC", Kind.PPG), ("HR0.REC", None)],
)
def test_knows_a_recording_by_its_name(name, kind):
    assert file_system.recorded(name) is kind


@given(st.binary(max_size=60))
def test_reads_or_refuses_whatever_a_device_answers(message):
    for read in (file_system.entries, file_system.local_time, Recording().feed):
        try:
            read(message)
        except MalformedValue:
            continue


@given(st.lists(st.integers(1, 20)))
def test_a_recording_reads_the_same_however_it_comes(sizes):
    recording, read, rest = Recording(), [], RECORDING
    for size in [*sizes, len(RECORDING)]:
        read += recording.feed(rest[:size])
        rest = rest[size:]

    assert read == [READ, READ]
    assert recording.header.settings == {Setting.SAMPLE_RATE_HZ: 50}
    assert recording.is_whole


@pytest.mark.parametrize("at", [0, 1])
def test_refuses_a_recording_that_is_sealed_or_none(at):
    value = bytearray(RECORDING)
    value[at] ^= 1

    with pytest.raises(MalformedValue):
        Recording().feed(bytes(value))


def test_says_what_is_recorded():
    said = control_point.decode(bytes.fromhex("f0 05 00 00 00 82 41 c0"))

    assert said == Response(
        Order.TELL_UNDER_WAY, None, Status.SUCCESS, False, (),
        under_way=(
            UnderWay(Kind.ACCELERATION, False, True),
            UnderWay(Kind.PPG, True, False),
            UnderWay(Kind.ECG, True, True),
        ),
    )  # fmt: skip
    assert control_point.encode(Order.START, Kind.ECG, recorded=True) == bytes.fromhex("0280")
