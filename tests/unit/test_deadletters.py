import sqlite3

import pytest

from ingest.deadletters import DeadLetter, DeadLetters


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

    assert open_letters().latest() == [letter(2), letter(1)]


def test_counts_each_kind_of_mistake_for_ever(open_letters):
    letters = open_letters(limit_bytes=1)
    letters.keep([letter(1), letter(2, "batch: something else"), letter(3, "status: nonsense")])

    assert letters.latest() == []
    assert open_letters().counts() == {"batch": 2, "status": 1}


def test_the_oldest_make_room(open_letters):
    letters = open_letters(limit_bytes=3 * letter(1, size=200).size)
    for n in range(10):
        letters.keep([letter(n, size=200)])

    assert [dead.received_us for dead in letters.latest()] == [9, 8, 7]
    letters.keep([letter(20, size=500)])
    assert [dead.received_us for dead in letters.latest()] == [20]


def test_one_too_large_is_counted_and_dropped(open_letters):
    letters = open_letters(limit_bytes=100)
    letters.keep([letter(1, size=200)])

    assert letters.latest() == []
    assert letters.counts() == {"batch": 1}
    letters.keep([letter(2)])
    assert len(letters.latest()) == 1


def test_what_fails_leaves_nothing_behind(open_letters):
    letters = open_letters()

    with pytest.raises(sqlite3.Error):
        letters.keep([letter(1), DeadLetter(2, "topic", "reason", None)])

    assert letters.latest() == []
    letters.keep([letter(1)])
    assert letters.counts() == {"batch": 1}
