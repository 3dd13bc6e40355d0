import itertools
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from firmware_sims.wearer import Activity, Wearer
from tests.unit.sims_central import NOON_US

DAY_US = 86_400_000_000
MIDNIGHT_US = NOON_US - DAY_US // 2


def doing(activity, seed=1, **options):
    return Wearer(seed, program=[(activity, 60)], **options)


def magnitude_g(wearer, seconds, start_us=NOON_US):
    counts = wearer.accel(start_us, round(seconds * 50), 20_000.0) / wearer.lsb_per_g
    return np.linalg.norm(counts, axis=1) - 1


def count_steps(magnitude, rate_hz=50.0):
    """Count peaks of the 0.7-3 Hz band, by no code of the project."""
    spectrum = np.fft.rfft(magnitude)
    hz = np.fft.rfftfreq(len(magnitude), 1 / rate_hz)
    spectrum[(hz < 0.7) | (hz > 3)] = 0
    band = np.fft.irfft(spectrum, len(magnitude))
    rising = (band[1:-1] > band[:-2]) & (band[1:-1] >= band[2:])
    return int(np.count_nonzero(rising & (band[1:-1] > 0.03)))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("activity", [Activity.WALKING, Activity.RUNNING])
def test_steps_can_be_counted_in_the_motion(activity, seed):
    wearer = doing(activity, seed)

    truth = wearer.steps(NOON_US, NOON_US + 300_000_000)

    assert count_steps(magnitude_g(wearer, 300)) == pytest.approx(truth, rel=0.02)


@pytest.mark.parametrize(
    "activity",
    [Activity.REST, Activity.DESK, Activity.DRIVING, Activity.SLEEP, Activity.OFF_BODY],
)
def test_there_are_no_steps_where_none_are_made(activity):
    assert count_steps(magnitude_g(doing(activity), 300)) == 0


@pytest.mark.parametrize("activity", list(Activity))
def test_the_truth_of_enmo_is_that_of_the_motion(activity):
    wearer = doing(activity)
    enmo = np.maximum(magnitude_g(wearer, 600), 0).mean()

    minutes = wearer.minutes(NOON_US)
    truth = minutes["enmo_g"][720:730].mean()

    if activity == Activity.CHARGING:
        assert not minutes["n_accel"].any()
    else:
        assert truth == pytest.approx(enmo, rel=0.25, abs=0.002)


def test_a_sample_does_not_depend_on_how_it_is_asked_for():
    wearer, start_us = Wearer(5), MIDNIGHT_US - 30_000_000

    whole = wearer.accel(start_us, 3000, 20_000.0)
    pieces = [wearer.accel(start_us + at * 20_000, 7, 20_000.0) for at in range(0, 2996, 7)]

    assert np.array_equal(whole[:2996], np.concatenate(pieces))
    assert np.array_equal(whole, Wearer(5).accel(start_us, 3000, 20_000.0))


def test_steps_add_up_however_they_are_cut():
    wearer = Wearer(3)
    edges = np.linspace(MIDNIGHT_US, MIDNIGHT_US + DAY_US, 1000).astype(int).tolist()

    pieces = sum(wearer.steps(*pair) for pair in itertools.pairwise(edges))

    assert pieces == wearer.minutes(NOON_US)["steps"].sum()


@pytest.mark.parametrize(
    ("day", "minutes"), [("2026-03-29", 1380), ("2026-10-25", 1500), ("2026-06-01", 1440)]
)
def test_a_day_has_the_minutes_the_clocks_give_it(day, minutes):
    zone = ZoneInfo("Europe/Berlin")
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=zone)

    truth = Wearer(2, "Europe/Berlin").minutes(round(noon.timestamp() * 1e6))

    starts = [datetime.fromtimestamp(int(us) / 1e6, zone) for us in truth["start_us"][[0, -1]]]
    assert len(truth) == minutes
    assert [f"{start:%Y-%m-%d %H:%M}" for start in starts] == [f"{day} 00:00", f"{day} 23:59"]


def test_a_day_is_lived_by_the_clock_on_the_wall():
    wearer = Wearer(2, "Asia/Tokyo")
    three_at_night = datetime(2026, 1, 5, 3, tzinfo=ZoneInfo("Asia/Tokyo")).astimezone(UTC)

    assert wearer.activity(round(three_at_night.timestamp() * 1e6)) == Activity.SLEEP


def daily_steps(wearer, days=28):
    days_us = range(NOON_US, NOON_US + days * DAY_US, DAY_US)
    return np.array([int(wearer.minutes(day_us)["steps"].sum()) for day_us in days_us])


def test_people_differ():
    idle = daily_steps(Wearer(1, activity_level=0.1, gap_share=0))
    keen = daily_steps(Wearer(1, activity_level=0.9, gap_share=0))

    assert 1500 < np.median(idle) < 5000
    assert 8000 < np.median(keen) < 18_000


def test_some_move_less_week_after_week():
    steps = daily_steps(Wearer(1, activity_level=0.6, gap_share=0, trend_per_week=-0.2))

    assert steps[21:].mean() < 0.75 * steps[:7].mean()


def test_some_forget_their_device():
    whole, gaps = Wearer(1, gap_share=0), Wearer(1, gap_share=1)

    def data(wearer):
        days_us = range(NOON_US, NOON_US + 28 * DAY_US, DAY_US)
        return sum(np.count_nonzero(wearer.minutes(day_us)["n_accel"]) for day_us in days_us)

    assert data(whole) == 28 * 1440
    assert data(gaps) < 0.95 * 28 * 1440


def test_worn_for_most_of_the_day():
    worn = [Wearer(seed, gap_share=0).minutes(NOON_US)["worn"].sum() for seed in range(20)]

    assert min(worn) > 12 * 60


def test_the_heart_follows_what_one_does():
    at_us = NOON_US + 1_800_000_000
    resting = doing(Activity.REST, resting_bpm=58).heart_rate_bpm(at_us)
    running = doing(Activity.RUNNING, resting_bpm=58).heart_rate_bpm(at_us)

    assert 55 < resting < 70
    assert 130 < running < 175
    assert doing(Activity.OFF_BODY).heart_rate_bpm(at_us) is None


def test_minutes_say_what_single_questions_say():
    wearer = Wearer(8)
    truth = wearer.minutes(NOON_US)

    for minute in range(0, 1440, 37):
        at_us = int(truth["start_us"][minute])
        middle_us = at_us + 30_000_000
        bpm = wearer.heart_rate_bpm(middle_us)
        assert truth["activity"][minute] == wearer.activity(at_us)
        assert truth["worn"][minute] == wearer.worn(at_us, 1, 20_000.0)[0]
        assert truth["away"][minute] == wearer.is_away(at_us)
        assert truth["heart_rate_bpm"][minute] == round(bpm or 0)
        assert truth["steps"][minute] == wearer.steps(at_us, at_us + 60_000_000)
