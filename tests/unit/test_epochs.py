"""Minutes: what each stream says of them, in any order, and several devices at once."""

from itertools import permutations

import numpy as np
import pytest

from analytics import epochs
from analytics.epochs import EPOCH, HOUR_US, MINUTE_US, Flag, Part, State
from analytics.tables import metadata
from people.registry import Places
from tests.people_world import memory_db

T0 = 475_000 * HOUR_US


@pytest.fixture
def db():
    with memory_db(metadata) as db:
        yield db


def minute(**fields):
    one = epochs.blank(1)
    for name, value in fields.items():
        one[name] = value
    return one


def told(minute_us, part, one, lane=0):
    epoch = np.zeros(1, EPOCH)
    epoch["lane"], epoch["minute_us"], epoch["parts"], epoch["minute"] = (
        lane,
        minute_us,
        part,
        one,
    )
    return epoch


MOTION = minute(
    state=State.WORN_MOVING,
    flags=Flag.ACCEL | Flag.SATURATED,
    n_accel=3000,
    enmo_g=0.2,
    steps=90,
)
PULSE = minute(hr_n=60, hr_sum_bpm=4200)
SUMMARY = minute(device_steps=88)


def test_a_minute_nobody_spoke_of_has_no_data_and_no_zeros():
    (one,) = epochs.blank(1)

    assert (one["state"], one["device_steps"]) == (State.NO_DATA, -1)
    assert np.isnan(one["enmo_g"])


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_streams_tell_of_a_minute_in_any_order(db, order):
    news = [(Part.ACCEL, MOTION), (Part.HEART_RATE, PULSE), (Part.SUMMARY, SUMMARY)]
    for n in order:
        epochs.keep(db, [("ada", "watch")], told(T0, *news[n]))

    (one,) = epochs.read(db, ["ada"], T0, T0 + MINUTE_US)["ada"]["watch"]
    assert one["state"] == State.WORN_MOVING
    assert (one["steps"], one["device_steps"], one["hr_n"], one["hr_sum_bpm"]) == (
        90,
        88,
        60,
        4200,
    )
    assert one["flags"] == Flag.ACCEL | Flag.SATURATED


def test_streams_of_one_call_meet_in_the_same_hour(db):
    both = np.concatenate([told(T0, Part.ACCEL, MOTION), told(T0, Part.HEART_RATE, PULSE)])
    epochs.keep(db, [("ada", "watch")], both)

    (one,) = epochs.read(db, ["ada"], T0, T0 + MINUTE_US)["ada"]["watch"]
    assert (one["n_accel"], one["hr_n"]) == (3000, 60)


def test_telling_again_replaces(db):
    for n in (10, 20):
        more = minute(state=State.WORN_STILL, flags=Flag.ACCEL, n_accel=n, enmo_g=0.0)
        epochs.keep(db, [("ada", "watch")], told(T0, Part.ACCEL, more))

    (one,) = epochs.read(db, ["ada"], T0, T0 + MINUTE_US)["ada"]["watch"]
    assert (one["n_accel"], one["flags"]) == (20, Flag.ACCEL)


@pytest.mark.parametrize(
    ("part", "one", "state"),
    [
        (Part.HEART_RATE, PULSE, State.WORN_STILL),
        (Part.HEART_RATE, minute(flags=Flag.NO_CONTACT), State.NOT_WORN),
        (Part.SUMMARY, SUMMARY, State.WORN_MOVING),
        (Part.SUMMARY, minute(device_steps=0), State.WORN_STILL),
        (Part.SUMMARY, minute(flags=Flag.SUMMARY_NOT_WORN), State.NOT_WORN),
    ],
)
def test_without_an_accelerometer_the_others_say_whether_it_was_worn(db, part, one, state):
    epochs.keep(db, [("ada", "watch")], told(T0, part, one))

    (got,) = epochs.read(db, ["ada"], T0, T0 + MINUTE_US)["ada"]["watch"]
    assert got["state"] == state


def test_reads_any_span_over_hours(db):
    hour = np.concatenate([told(T0 + n * MINUTE_US, Part.ACCEL, MOTION) for n in range(90)])
    epochs.keep(db, [("ada", "watch")], hour)

    span = (T0 + 30 * MINUTE_US + 1, T0 + 100 * MINUTE_US + 1)
    minutes = epochs.read(db, ["ada", "ben"], *span)
    assert list(minutes) == ["ada"]
    assert minutes["ada"]["watch"]["n_accel"].tolist() == [3000] * 60 + [0] * 11


def test_one_source_a_minute_by_samples_then_by_name():
    better = minute(state=State.WORN_MOVING, flags=Flag.ACCEL, n_accel=6000, steps=80)
    other = minute(state=State.WORN_MOVING, flags=Flag.ACCEL, n_accel=3000, steps=120)

    assert epochs.merge({"a": other, "b": better}, 1)["steps"] == 80
    assert (
        epochs.merge({"a": other, "b": minute(**_fields(other, steps=70))}, 1)["steps"] == 120
    )


def heard_of(pieces, **fields):
    """Give a minute of which so many pieces of 5 s have samples."""
    one = minute(state=State.WORN_MOVING, flags=Flag.ACCEL, **fields)
    one["anglez_cdeg"][:, :pieces] = 0
    return one


WRIST = heard_of(12, n_accel=6000, steps=120)
HEAD = heard_of(12, n_accel=3000, steps=100)


def test_of_equal_evidence_what_is_nearer_to_the_trunk_goes_first():
    chest, pod = heard_of(12, n_accel=1500, steps=99), minute(device_steps=98)
    worn = {"watch-1": WRIST, "glasses-1": HEAD, "strap-1": chest, "pod-1": pod}

    assert epochs.merge(worn, 1)["steps"] == 99
    del worn["strap-1"]
    assert epochs.merge(worn, 1)["steps"] == 100


def test_where_the_profile_says_goes_before_all():
    worn = {"watch-1": WRIST, "glasses-1": HEAD}

    assert epochs.merge(worn, 1, "wrist")["steps"] == 120
    assert (
        epochs.merge({**worn, "own-1": heard_of(12, n_accel=1, steps=7)}, 1, "hip")["steps"]
        == 7
    )


def test_a_minute_goes_by_where_it_sat_when_that_minute_began():
    worn = {"watch-1": np.repeat(WRIST, 4), "glasses-1": np.repeat(HEAD, 4)}
    places = Places((T0 - HOUR_US, T0 + MINUTE_US + 1, T0 + HOUR_US), (None, "wrist", "hip"))

    assert epochs.merged(worn, T0, 4, places)["steps"].tolist() == [100, 100, 120, 120]
    assert epochs.merged(worn, T0, 4, Places())["steps"].tolist() == [100] * 4
    assert epochs.merged({}, T0, 4, places)["state"].tolist() == [State.NO_DATA] * 4


def test_samples_of_another_place_go_before_the_count_of_a_device_in_the_best():
    counted = minute(state=State.WORN_MOVING, device_steps=98)

    assert epochs.merge({"watch-1": WRIST, "strap-1": counted}, 1, "chest")["steps"] == 120


def test_who_heard_most_of_a_minute_goes_before_who_sits_better():
    seconds = heard_of(5, n_accel=2500, steps=9)

    assert epochs.merge({"watch-1": WRIST, "glasses-1": seconds}, 1)["steps"] == 120


def _fields(one, **changes):
    return {name: one[name][0] for name in one.dtype.names} | changes


def test_a_device_on_the_table_does_not_hide_one_that_is_worn():
    table = minute(state=State.NOT_WORN, flags=Flag.ACCEL)
    strap = minute(state=State.WORN_STILL, hr_n=60, hr_sum_bpm=3600)
    broken = minute(state=State.FAULT, flags=Flag.ACCEL)

    assert epochs.merge({"a": table, "b": strap}, 1)["state"] == State.WORN_STILL
    assert epochs.merge({"a": broken, "b": table}, 1)["state"] == State.NOT_WORN
    assert epochs.merge({"a": broken, "b": minute()}, 1)["state"] == State.FAULT


def test_heart_rate_comes_from_whichever_device_heard_it():
    merged = epochs.merge({"glasses": MOTION, "strap": PULSE}, 1)

    assert (merged["n_accel"], merged["hr_n"]) == (3000, 60)


def test_nobodys_minutes_are_minutes_without_data():
    assert epochs.merge({}, 3)["state"].tolist() == [State.NO_DATA] * 3


def test_steps_are_known_only_while_worn():
    minutes = np.concatenate(
        [MOTION, SUMMARY, minute(state=State.NOT_WORN, flags=Flag.ACCEL), PULSE, minute()]
    )
    minutes["state"][1] = State.WORN_MOVING
    minutes["state"][3] = State.WORN_STILL

    assert epochs.steps(minutes).tolist() == [90, 88, -1, -1, -1]
