import pytest
from msgspec.structs import replace

from gateway import wire
from gateway.spool import Spooled
from gateway.window import Window


@pytest.fixture
def window():
    return Window(size=4, standstill_s=30.0, alarm_s=60.0)


def row(position, *, stream="accel"):
    return Spooled(position, "device", 7, stream, position, b"")


def mark(sequence, stream="accel"):
    return wire.Mark(device="device", boot=7, stream=stream, sequence=sequence)


def send(window, *positions, now_s=0.0, stream="accel"):
    for position in positions:
        window.sent(row(position, stream=stream), now_s)
        window.reached(position)


def test_has_room_for_so_many_and_no_more(window):
    send(window, 1, 2, 3)
    assert (window.room, window.cursor) == (1, 3)

    send(window, 4)
    window.passed([mark(2)])
    assert window.room == 2


def test_a_mark_takes_out_its_own_stream_only(window):
    send(window, 1, 2)
    send(window, 3, stream="rr")

    window.passed([mark(5, "rr"), mark(-1)])

    assert window.room == 2


def test_a_mark_takes_out_what_is_stored_behind_a_hole(window):
    send(window, 1, 2, 3, 4)

    window.passed([replace(mark(0), beyond=((2, 3),))])

    assert window.room == 2


def test_sends_again_no_more_than_what_is_out(window):
    send(window, 1, 2, 3, 4)
    window.again()

    assert (window.room, window.cursor) == (4, 0)
    send(window, 1)
    assert window.room == 3
    send(window, 2, 3, 4)
    assert window.room == 0


def test_knows_what_the_broker_has_not_taken_over(window):
    send(window, 1, 2, 3)
    window.taken(2, 1.0)
    assert window.in_flight == [1, 3]

    window.again()
    assert window.in_flight == []
    send(window, 2)
    assert window.in_flight == [2]


def test_waits_twice_as_long_each_time_in_vain_up_to_a_limit(window):
    now_s = 0.0
    for wait_s in (30.0, 60.0, 120.0, 240.0, 300.0, 300.0):
        window.again()
        send(window, 1, now_s=now_s)
        assert not window.stood_still(now_s + wait_s - 0.1)
        assert window.stood_still(now_s + wait_s)
        now_s += wait_s

    send(window, 1, 2, now_s=now_s)
    window.passed([mark(1)])
    assert window.stood_still(now_s + 30.0)


def test_says_when_to_look_again(window):
    send(window, 1, now_s=100.0)
    assert window.look_again_s(100.0) == 130.0

    window.stood_still(130.0)
    window.stood_still(160.0)
    assert window.look_again_s(165.0) == 220.0
    window.taken(1, 101.0)
    assert window.look_again_s(101.0) == 161.0

    window.stalled(161.0)
    assert window.look_again_s(161.0) == 220.0


def test_a_broker_that_takes_nothing_over_is_not_looked_at_all_the_time(window):
    send(window, 1, now_s=0.0)
    for at_s in (30.0, 60.0, 120.0):
        window.stood_still(at_s)

    assert window.look_again_s(130.0) == 190.0


def test_what_must_go_out_again_hides_no_standstill(window):
    send(window, 1, 2)
    window.again()
    window.sent(row(2), 100.0)

    assert window.look_again_s(100.0) == 130.0
    assert window.stood_still(130.0)


def test_nothing_out_is_no_standstill(window):
    assert not window.stood_still(1e9)
    assert not window.stalled(1e9)
    assert window.look_again_s(0.0) is None


def test_is_alarmed_once_when_what_the_broker_has_reaches_no_hub(window):
    send(window, 1, 2)
    assert not window.stalled(1e9)  # the broker has not even taken it over

    window.taken(1, 10.0)
    assert not window.stalled(69.0)
    assert window.stalled(70.0)
    assert not window.stalled(71.0)


def test_an_alarm_outlives_the_connection(window):
    send(window, 1)
    window.taken(1, 10.0)
    window.again()
    send(window, 1, now_s=50.0)
    window.taken(1, 51.0)

    assert window.stalled(70.0)


def test_a_hub_that_stores_ends_the_alarm(window):
    send(window, 1, 2)
    window.taken(1, 10.0)
    window.taken(2, 10.0)
    assert window.stalled(70.0)
    window.passed([mark(1)])

    assert window.stalled(71.0)  # the next one, for itself
    window.passed([mark(2)])
    assert not window.stalled(1e9)
