import sqlite3

import pytest

from ingest.deadletters import DeadLetter, DeadLetters, Tally


@pytest.fixture
def open_letters(tmp_path):
    opened = []

    def open_(limit_bytes=1 << 20):
        opened.append(DeadLetters(tmp_path / "dead.db", limit_bytes))
        return opened[-1]

    yield open_
    for letters in opened:
        letters.close()


def letter(n, reason="batch: nonsense", size=10):
    return DeadLetter(n, "kindstep/v1/hall/strap/batch", reason, bytes([n]) * size)


def test_keeps_a_message_with_its_reason(open_letters):
    letters = open_letters()
    letters.keep([letter(1), letter(2)])
    letters.close()

    assert list(open_letters().latest().values()) == [letter(2), letter(1)]


def test_counts_each_kind_of_mistake_for_ever(open_letters):
    letters = open_letters(limit_bytes=1)
    letters.keep([letter(1), letter(2, "batch: something else"), letter(3, "status: nonsense")])

    assert letters.latest() == {}
    assert open_letters().counts() == {"batch": 2, "status": 1}


def test_the_oldest_make_room(open_letters):
    letters = open_letters(limit_bytes=3 * letter(1, size=200).size)
    for n in range(10):
        letters.keep([letter(n, size=200)])

    assert [dead.received_us for dead in letters.latest().values()] == [9, 8, 7]
    letters.keep([letter(20, size=500)])
    assert [dead.received_us for dead in letters.latest().values()] == [20]
    assert letters.tallies() == [Tally("batch", letters=11, dropped=10, replayed=0)]


def test_one_too_large_is_counted_and_dropped(open_letters):
    letters = open_letters(limit_bytes=100)
    letters.keep([letter(1, size=200)])

    assert letters.latest() == {}
    assert letters.counts() == {"batch": 1}
    letters.keep([letter(2)])
    assert len(letters.latest()) == 1


def test_what_fails_leaves_nothing_behind(open_letters):
    letters = open_letters()

    with pytest.raises(sqlite3.Error):
        letters.keep([letter(1), DeadLetter(2, "topic", "reason", None)])

    assert letters.latest() == {}
    letters.keep([letter(1)])
    assert letters.counts() == {"batch": 1}


def test_letters_are_tried_again_when_somebody_asks(open_letters):
    letters, beside = open_letters(), open_letters()
    letters.keep([letter(1), letter(2), letter(3)])
    assert letters.asked(9) == {}

    beside.ask([3, 1, 77])
    assert letters.asked(9) == {1: letter(1), 3: letter(3)}
    letters.used({1: letter(1)})
    letters.still_dead({3: "batch: worse"})

    assert [beside.waits(n) for n in (1, 2, 3)] == [False] * 3
    assert beside.find([1, 2, 3]) == {2: letter(2), 3: letter(3, "batch: worse")}
    assert beside.tallies() == [Tally("batch", letters=3, dropped=0, replayed=1)]


def test_what_was_used_makes_room(open_letters):
    letters = open_letters(limit_bytes=2 * letter(1, size=200).size)
    letters.keep([letter(1, size=200), letter(2, size=200)])
    letters.used({1: letter(1, size=200)})
    letters.keep([letter(3, size=200)])

    assert list(letters.latest()) == [3, 2]
