import pytest

from gateway.spool import Spooled
from gateway.suspects import Suspects


def row(position):
    return Spooled(position, "device", 7, "accel", position, b"")


class Line:
    """A broker that cannot bear some batches, and a gateway that sends one at a time."""

    def __init__(self, waiting, bad=()):
        self.waiting = list(waiting)
        self.bad = set(bad)
        self.suspects = Suspects()
        self.guilty = []
        self.connections = 0

    def burst(self):
        """A first connection ends with everything in flight."""
        self.suspects.connected()
        self._end(self.waiting)

    def connect(self):
        """Hold one connection until it ends, or until nothing is left to question."""
        self.connections += 1
        self.suspects.connected()
        left = list(self.waiting)
        while chosen := self.suspects.choose([row(position) for position in left]):
            if chosen.position in self.bad:
                self._end([chosen.position])
                return False
            self.suspects.taken(chosen.position)
            left.remove(chosen.position)
        return True

    def _end(self, in_flight):
        guilty = self.suspects.ended(in_flight, at_once=True)
        if guilty is not None:
            self.guilty.append(guilty)
            self.waiting.remove(guilty)


@pytest.mark.parametrize("bad", [{1}, {2}, {5}, {1, 2}, {1, 2, 3, 4}, {1, 5}, {2, 3, 5}])
def test_finds_who_ends_the_connection_and_no_one_else(bad):
    line = Line(range(1, 6), bad)
    line.burst()

    while not line.connect():
        assert line.connections < 20

    assert set(line.guilty) == bad
    assert not line.suspects.careful


def test_a_broker_that_died_is_no_batches_fault():
    line = Line(range(1, 6))
    line.burst()

    assert line.connect()
    assert line.guilty == []


def test_a_broker_that_bears_nothing_blames_no_one():
    line = Line(range(1, 6), bad=range(1, 6))
    line.burst()
    for _ in range(50):
        assert not line.connect()
    assert line.guilty == []

    line.bad.clear()  # someone gave it a larger disk
    assert line.connect()
    assert line.guilty == []


def test_one_alone_in_the_spool_is_not_blamed_before_another_passed():
    line = Line([1], bad={1})
    line.burst()
    for _ in range(20):
        line.connect()
    assert line.guilty == []

    line.waiting.append(2)
    while not line.connect():
        assert line.connections < 30
    assert line.guilty == [1]


def alone(suspects, position, *, at_once=True):
    """A connection carries another batch, then ends with this one alone in flight."""
    suspects.connected()
    suspects.taken(99)
    return suspects.ended([position], at_once=at_once)


def test_twice_means_twice_in_a_row():
    suspects = Suspects()

    assert alone(suspects, 1) is None
    assert suspects.ended([1, 2], at_once=True) is None
    assert alone(suspects, 1) is None
    assert suspects.ended([], at_once=False) is None
    assert alone(suspects, 1) is None
    assert alone(suspects, 1) == 1


def test_a_connection_that_ended_much_later_ended_of_something_else():
    suspects = Suspects()

    assert [alone(suspects, 1, at_once=False) for _ in range(5)] == [None] * 5


def test_one_that_passed_is_innocent():
    suspects = Suspects()
    alone(suspects, 1)
    suspects.connected()
    suspects.taken(1)

    assert alone(suspects, 1) is None


def test_without_a_suspicion_nothing_is_questioned():
    suspects = Suspects()

    assert not suspects.careful
    assert suspects.ended([], at_once=True) is None
    assert not suspects.careful


def test_what_waits_before_a_suspect_does_not_go_one_at_a_time():
    line = Line(range(1, 1_000))
    line.suspects.connected()
    line.suspects.ended([998, 999], at_once=True)
    sent = []
    line.suspects.connected()
    while chosen := line.suspects.choose([row(position) for position in line.waiting]):
        line.suspects.taken(chosen.position)
        line.waiting.remove(chosen.position)
        sent.append(chosen.position)

    assert sent == [1, 998, 999]
