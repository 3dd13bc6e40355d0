"""Late data never wrongs anybody, and a pause costs nobody their row of days."""

from dataclasses import replace
from datetime import date, timedelta

import msgspec
import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from coaching.acts.choices import Pause
from coaching.days.goals import Goal, Inputs, Verdict, judge
from coaching.days.streaks import streak
from coaching.engine import Engine
from gateway import wire
from kindstep.tables import METADATAS
from tests import scoring
from tests.coached import ADA, MONDAY, Study, at, usc
from tests.property.test_steps import gait
from tests.scoring import DAY_US, HOUR_US, MIDNIGHT_US, MINUTE_US, Hub

DAY = date(2024, 3, 4)
SEEN = Inputs(valid_steps=(), previous_steps=None, paused_lately=False)
STEPS = st.integers(0, 12_000)


def goal(verdict=Verdict.PENDING, back=0):
    day = DAY - timedelta(days=back)
    return Goal("ada", day, 6000, "", SEEN, "", 0, verdict=verdict)


def told(steps, *, last_is_complete, paused=False):
    """Let a day be told again and again; give each verdict."""
    now, verdicts = goal(), []
    for index, known in enumerate(steps):
        complete = last_is_complete and index == len(steps) - 1
        now = replace(now, done_steps=known, done_valid=True)
        now = replace(now, verdict=judge(now, complete=complete, paused=paused))
        verdicts.append(now.verdict)
    return verdicts


@given(st.lists(STEPS, min_size=1, max_size=8).map(sorted))
def test_no_day_is_missed_while_data_may_still_come(steps):
    assert Verdict.MISSED not in told(steps, last_is_complete=False)
    *before, last = told(steps, last_is_complete=True)

    assert Verdict.MISSED not in before
    assert last is (Verdict.REACHED if steps[-1] >= 6000 else Verdict.MISSED)


@given(st.lists(STEPS, min_size=2, max_size=8).map(sorted))
def test_what_was_missed_is_reached_once_late_data_says_so(steps):
    now = replace(goal(Verdict.MISSED), done_steps=steps[-1], done_valid=True)

    assert judge(now, complete=True, paused=False) is (
        Verdict.REACHED if steps[-1] >= 6000 else Verdict.MISSED
    )


@given(st.lists(STEPS, min_size=1, max_size=8).map(sorted))
def test_a_pause_never_brings_a_missed_day(steps):
    assert Verdict.MISSED not in told(steps, last_is_complete=True, paused=True)


@given(
    st.lists(st.sampled_from(Verdict), max_size=20),
    st.integers(0, 20),
    st.integers(1, 14),
)
def test_a_pause_anywhere_leaves_the_row_as_it_was(verdicts, where, days):
    rested = [Verdict.PAUSED] * days
    with_pause = verdicts[:where] + rested + verdicts[where:]

    assert streak(map(goal, with_pause)) == streak(map(goal, verdicts))


def test_a_row_of_days_ends_where_one_was_missed():
    row = [Verdict.PENDING, Verdict.REACHED, Verdict.UNKNOWN, Verdict.REACHED, Verdict.MISSED]

    assert streak(map(goal, [*row, Verdict.REACHED])) == 2


DAYS = 8
STEADY = msgspec.structs.replace(
    usc(), goal=msgspec.structs.replace(usc().goal, fewest_days=9), assumed=()
)


def lived(steps, order, spans):
    """Live days under the engine, paused as people ask for it; give the streak at the end."""
    study = Study(STEADY)
    study.join()
    for first, length in spans:
        ask = Pause(participant="ada", reason="sick", until=MONDAY + timedelta(first + length))
        assert study.engine.act(study.db, ADA, ask, at(MONDAY + timedelta(first), "08:00")).ok
    later_us = at(MONDAY + timedelta(DAYS + 1), "12:00")
    for number in order:
        study.tell("ada", MONDAY + timedelta(number), steps[number], now_us=later_us)
    found = study.engine.streak(study.db, "ada", later_us)
    study.close()
    return found


@settings(max_examples=12)
@example([9000] * 3 + [100] * 2 + [9000] * 3, range(DAYS), [(3, 2)])
@given(
    st.lists(st.sampled_from([100, 9000]), min_size=DAYS, max_size=DAYS),
    st.permutations(range(DAYS)),
    st.lists(st.tuples(st.integers(0, DAYS - 1), st.integers(1, 4)), max_size=2).map(sorted),
)
def test_a_pause_never_breaks_a_streak(steps, order, spans):
    paused = {first + n for first, length in spans for n in range(length)}
    missed = [n for n, each in enumerate(steps) if each < 6000 and n not in paused]
    since = missed[-1] + 1 if missed else 0

    assert lived(steps, order, spans) == sum(each >= 6000 for each in steps[since:])


SLOW_HZ = 10
EACH_MIN = 10
WALKED_ENOUGH = 6  # batches of some 1,100 steps


def memory_of_a_day(walks):
    """Ten and a half hours before midnight as glasses keep them: motion, and steps of none."""
    start_us, size = MIDNIGHT_US + DAY_US - 630 * MINUTE_US, EACH_MIN * 60 * SLOW_HZ
    motion = [
        wire.Batch(
            device="glasses-1",
            boot=7,
            stream="accel",
            sequence=n,
            start_us=start_us + n * EACH_MIN * MINUTE_US,
            start_error_us=900,
            period_us=1e6 / SLOW_HZ,
            scale=1 / 4096,
            unit="g",
            channels=3,
            samples=gait(EACH_MIN * 60, 1.9, 0.3 * (n < walks), n, rate_hz=SLOW_HZ).tobytes(),
            counted=wire.DeviceCount(boot=1, sample=n * size, ticks=0),
        )
        for n in range(63)
    ]
    (told,) = scoring.steps_told(MIDNIGHT_US + DAY_US, 630)
    return [*motion, msgspec.structs.replace(told, samples=np.zeros(630, "<i2").tobytes())]


@settings(max_examples=4, suppress_health_check=[HealthCheck.too_slow])
@example(walks=0, chance=np.random.default_rng(1))
@given(st.integers(0, 2 * WALKED_ENOUGH), st.builds(np.random.default_rng, st.integers(0, 99)))
def test_late_data_never_produces_a_false_missed(tmp_path_factory, walks, chance):
    hub, engine = Hub(tmp_path_factory.mktemp("hub")), Engine(STEADY, site_seed=7)
    hub.store.write(lambda db: [each.create_all(db) for each in METADATAS])
    hub.start([engine.observe])
    hub.join()
    hub.store.write(lambda db: engine.enrol(db, "ada", MIDNIGHT_US, "prompted"))
    kept = memory_of_a_day(walks)
    pieces = np.array_split(chance.permutation(len(kept)), chance.integers(3, 7))
    hub.work(MIDNIGHT_US + DAY_US + HOUR_US)
    for piece in pieces:
        assert verdict(hub, engine) is not Verdict.MISSED
        hub.receive([kept[n] for n in piece])
        hub.work(hub.now_us + int(chance.integers(1, 6 * HOUR_US)))

    reached = walks >= WALKED_ENOUGH
    assert verdict(hub, engine) is (Verdict.REACHED if reached else Verdict.MISSED)
    hub.close()


def verdict(hub, engine):
    with hub.store.reading() as db:
        goal = engine.goal(db, "ada", scoring.DAY)
    return goal and goal.verdict
