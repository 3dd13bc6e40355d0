import pytest

from gateway.envelope import LARGEST_DRIFT, Drift, Envelope

SECOND_US = 1_000_000


def envelope(*points):
    built = Envelope()
    for second, delay_us in points:
        built.add(second * SECOND_US, delay_us)
    return built


def test_a_short_time_shows_no_drift():
    short = envelope((0, 900), (20, 500), (40, 700))

    assert short.drift() == Drift(0.0, LARGEST_DRIFT)
    assert short.latest_us(40 * SECOND_US) == 700
    assert short.latest_us(24 * SECOND_US) == 500 + 4 * 250


def test_finds_the_drift_of_the_line_below():
    points = [(second, 1000 + 20 * second) for second in range(0, 200, 10)]
    drifting = envelope(*points)

    assert drifting.drift().rate == pytest.approx(20e-6)
    assert drifting.latest_us(300 * SECOND_US) == pytest.approx(7000 + 50 * 110)


def test_a_stall_does_not_bend_it():
    points = [
        (second, 1000 + (500_000 if second in {0, 100, 190} else 0)) for second in range(200)
    ]
    stalling = envelope(*points)

    assert stalling.drift().rate == 0
    assert stalling.latest_us(190 * SECOND_US) == 1000 + 50 * 1


def test_nothing_drifts_as_fast_as_a_stall():
    stalled = envelope(*[(second, 10_000 * second) for second in range(0, 200, 10)])

    assert stalled.drift().rate == LARGEST_DRIFT


def test_forgets_what_is_long_ago():
    points = [(second, 0 if second < 100 else 5000) for second in range(0, 700, 10)]
    late = envelope(*points)

    assert late.drift().rate == 0
    assert late.latest_us(690 * SECOND_US) == 5000


def test_shows_nothing_without_a_point():
    assert Envelope().drift() == Drift(0.0, LARGEST_DRIFT)
