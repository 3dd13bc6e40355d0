"""The queue between the broker's thread and ours."""

import threading
import time

import pytest

from ingest.inbox import Inbox, Message


def message(size, mid=1):
    return Message(1, mid, "kindstep/v1/hall/strap/batch", bytes(size), 1_000)


def begin(put, *arguments):
    thread = threading.Thread(target=put, args=arguments)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("limit", "limit_bytes", "fitting"), [(3, 1_000, 3), (100, 250, 2), (100, 300, 3)]
)
def test_whoever_fills_it_waits(limit, limit_bytes, fitting):
    inbox = Inbox(limit, limit_bytes)
    for mid in range(fitting):
        inbox.put([message(100, mid)])

    waiting = begin(inbox.put, [message(100, fitting)])
    waiting.join(0.05)

    assert waiting.is_alive()
    assert (len(inbox), inbox.held_bytes) == (fitting, 100 * fitting)
    assert [it.mid for it in inbox.take(1)] == list(range(fitting))
    waiting.join(30)
    assert (len(inbox), inbox.held_bytes, inbox.oldest_us) == (1, 100, 1_000)


def test_what_is_larger_than_all_of_it_goes_alone():
    inbox = Inbox(10, 100)
    inbox.put([message(101)])

    waiting = begin(inbox.put, [message(1)])
    waiting.join(0.05)

    assert waiting.is_alive()
    assert len(inbox.take(1)) == 1
    waiting.join(30)


def test_closing_lets_go_of_who_waits():
    inbox = Inbox(1, 100)
    inbox.put([message(1)])
    waiting = begin(inbox.put, [message(1)])

    inbox.close()
    waiting.join(30)

    assert not waiting.is_alive()
    assert (len(inbox), inbox.held_bytes, inbox.oldest_us) == (0, 0, None)


def test_many_go_in_as_far_as_there_is_room():
    inbox = Inbox(3, 1_000)
    waiting = begin(inbox.put, [message(1, mid) for mid in range(7)])

    taken = [[it.mid for it in inbox.take(5)] for _ in range(3)]
    waiting.join(30)

    assert taken == [[0, 1, 2], [3, 4, 5], [6]]


@pytest.mark.parametrize(("limit", "waiting", "enough"), [(100, 4, 4), (3, 4, 50)])
def test_a_pause_ends_when_enough_waits_or_no_more_fits(limit, waiting, enough):
    inbox = Inbox(limit, 1_000)
    filling = begin(inbox.put, [message(1, mid) for mid in range(waiting)])

    began_s = time.monotonic()
    assert len(inbox.take(60, pause_s=60, enough=enough)) == min(limit, waiting)
    assert time.monotonic() - began_s < 30
    filling.join(30)


def test_a_pause_lets_more_come():
    inbox = Inbox(100, 1_000)
    inbox.put([message(1, 0)])
    late = threading.Timer(0.02, inbox.put, [[message(1, 1)]])
    late.start()

    assert len(inbox.take(60, pause_s=60, enough=2)) == 2
    late.join()
