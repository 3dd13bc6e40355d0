"""Hours sealed beside the scoring: in the end, or not at all."""

import threading
import time

import pytest

from ingest.archive import Retention
from kindstep import stores
from kindstep.sealing import Sealer
from tests.books import START_US, Books, walk

OVER_US = 2 * START_US


class SlowLog:
    """A log that is read only when a test says so."""

    def __init__(self, log):
        self._log = log
        self.asked, self.may = threading.Event(), threading.Event()

    def devices(self, hour):
        self.asked.set()
        assert self.may.wait(30)
        return self._log.devices(hour)

    def __getattr__(self, name):
        return getattr(self._log, name)


@pytest.fixture
def books(tmp_path):
    books = Books(tmp_path)
    books.receive(*[walk(n * 10, n * 10 + 10, n) for n in range(5)])
    yield books
    books.close()


@pytest.fixture
def store(tmp_path):
    store = stores.in_file(tmp_path / "study.db")
    yield store
    store.close()


def test_hours_that_are_over_are_sealed_while_others_work(books, store):
    entries = books.entries()
    slow = SlowLog(books.log)
    sealer = Sealer(books.archive, slow, store, Retention(), books.log.last)
    sealer.look(OVER_US)
    assert slow.asked.wait(30)
    assert books.entries() == entries  # nobody waits for it

    slow.may.set()
    give_up_s = time.monotonic() + 30
    while books.archive.last() < len(entries):
        assert time.monotonic() < give_up_s
        time.sleep(0.01)  # it tells nobody that it is done
    sealer.stop()
    assert books.entries() == entries


def test_it_takes_a_fifth_of_a_core_at_most(books, store):
    worked_s = []

    class Timed(SlowLog):
        def devices(self, hour):
            begun_s = time.thread_time()
            while time.thread_time() < begun_s + 0.05:
                pass
            worked_s.append(time.thread_time() - begun_s)
            return self._log.devices(hour)

    sealer = Sealer(books.archive, Timed(books.log), store, Retention(), books.log.last)
    begun_s = time.monotonic()
    sealer.look(OVER_US)
    while books.archive.last() < len(books.entries()):
        time.sleep(0.01)  # it tells nobody that it is done
    sealer.stop()

    assert time.monotonic() - begun_s > 5 * sum(worked_s)


def test_whoever_stops_it_finds_the_hour_in_the_log(books, store):
    entries = books.entries()
    slow = SlowLog(books.log)
    sealer = Sealer(books.archive, slow, store, Retention(), books.log.last)
    sealer.look(OVER_US)
    assert slow.asked.wait(30)
    stopping = threading.Thread(target=sealer.stop)
    stopping.start()
    slow.may.set()
    stopping.join(30)

    assert books.archive.last() in {0, len(entries)}
    assert books.entries() == entries


def test_what_breaks_it_is_raised_at_the_next_look(books, store):
    def position():
        raise RuntimeError("the store is gone")

    sealer = Sealer(books.archive, books.log, store, Retention(), position)
    sealer.look(OVER_US)
    sealer.stop()

    with pytest.raises(RuntimeError, match="the store is gone"):
        sealer.look(2 * OVER_US)
