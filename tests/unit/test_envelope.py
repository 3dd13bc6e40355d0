import pytest

from gateway.envelope import Envelope

SECOND_US = 1_000_000


def envelope(*points):
    built = Envelope()
    for second, delay_us in points:
        built.add(second * SECOND_US, delay_us)
    return built


def test_a_short_time_shows_no_drift():
    line = envelope((0, 900), (20, 500), (40, 700)).line()

    assert (line.drift, line.at(100 * SECOND_US)) == (0, 500)


def test_finds_the_line_below():
    points = [(second, 1000 + 20 * second) for second in range(0, 200, 10)]
    line = envelope(*points).line()

    assert line.drift == pytest.approx(20e-6)
    assert line.at(300 * SECOND_US) == pytest.approx(7000)


def test_a_stall_does_not_bend_it():
    points = [
        (second, 1000 + (500_000 if second in {0, 100, 190} else 0)) for second in range(200)
    ]
    line = envelope(*points).line()

    assert (line.drift, line.delay_us) == (0, 1000)


def test_nothing_drifts_as_fast_as_a_stall():
    line = envelope(*[(second, 10_000 * second) for second in range(0, 200, 10)]).line()

    assert line.drift == 250e-6
    assert all(line.at(second * SECOND_US) <= 10_000 * second for second in range(0, 200, 10))


def test_forgets_what_is_long_ago():
    points = [(second, 0 if second < 100 else 5000) for second in range(0, 700, 10)]

    assert envelope(*points).line().at(0) == 5000


def test_has_no_line_without_a_point():
    with pytest.raises(IndexError):
        Envelope().line()
