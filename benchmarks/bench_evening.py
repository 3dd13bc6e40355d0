"""One evening's decisions of 100,000 people by the learned policy, beside mabwiser's LinTS.

python -m benchmarks.bench_evening [PEOPLE] [profile]

Ours is the engine's whole path: what is due, states from minutes and messages, beliefs, odds,
draws, wording, records, inbox, outbox; then the odds and draws of the same evening alone, and
every decision made again from its record. The peer's is a plain loop over one LinTS a person
with as many features, on the same store: it reads each one's minutes, draws an arm and writes
it down, without odds, availability, words or a record to repeat it from. Then it draws alone.
It runs with the Python of `make peers`.
"""

import cProfile
import json
import pstats
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
from sqlalchemy import Connection, func, insert, select

from analytics.epochs import Flag, State, blank
from analytics.minutes import MINUTE
from analytics.tables import epoch_hours, lanes
from coaching import replay
from coaching.agenda import Due, What, put
from coaching.days import goals
from coaching.days.goals import Goal, Inputs
from coaching.daytime import DAY_US, HOUR_US
from coaching.engine import Engine
from coaching.learned import beliefs, learning
from coaching.learned.beliefs import Version
from coaching.policies import Bounds, ThompsonSampling
from coaching.policies.belief import Belief
from coaching.policies.thompson_sampling import Guess
from coaching.prompts import decisions as decision_of
from coaching.prompts.draws import draw
from coaching.protocol import Protocol
from coaching.replay import Chosen
from coaching.tables import decisions, enrolments
from ingest.store.sqlite import SqliteStore
from kindstep.study import builtin
from kindstep.tables import METADATAS
from people.tables import persons, wearings, zones

_PEER = Path(__file__).parent / "peers/evening.py"
_PYTHON = Path(__file__).parents[1] / ".venv-peers/bin/python"
_STORE = "study.db"
_EVENING_US = 1_773_160_200_000_000  # 17:30 in Zurich
_DAY = date(2026, 3, 10)
_JOINED_US = _EVENING_US - 30 * DAY_US
_HOURS = 5  # that the four hours before may touch
_AT_ONCE = 2_000
_DECISIONS = 90  # of each person, before

POLICY = ThompsonSampling(
    baseline={"always": Guess(mean=3.0, sd=3.0), "recent": Guess(mean=0.5, sd=1.0)},
    effect={"always": Guess(mean=0.1, sd=0.5), "dose": Guess(mean=-0.2, sd=0.5)},
    noise_sd=2.0,
    burden=0.02,
    first_days=7,
    first_odds=0.25,
    fewest_minutes=24,
    pool_people=11,
    pool_points=20,
)


def protocol() -> Protocol:
    """Return the study that comes with kindstep, with the learned policy alone."""
    usc = msgspec.toml.decode(builtin("usc"), type=Protocol)
    return msgspec.structs.replace(usc, arms={"learned": POLICY})


def fill(db: Connection, people: list[str], engine: Engine, rng: np.random.Generator) -> None:
    """Let people have joined a month ago, worn their tracker today and be due this evening."""
    db.execute(insert(persons), [_person(who) for who in people])
    db.execute(insert(zones), [_zone(who) for who in people])
    db.execute(insert(wearings), [_wearing(who) for who in people])
    db.execute(insert(lanes), [_lane(who) for who in people])
    db.execute(insert(enrolments), [_enrolment(who, rng) for who in people])
    put(db, [Due(who, What.PROMPT, "afternoon", _EVENING_US) for who in people])
    inputs = Inputs(valid_steps=(), previous_steps=None, paused_lately=False)
    set_goals = [Goal(who, _DAY, 6000, "", inputs, engine.protocol_digest, 0) for who in people]
    goals.write(db, set_goals)
    db.execute(insert(epoch_hours), [row for who in people for row in _hours(who, rng)])
    beliefs.write(db, [_version(who, rng) for who in people])


def _person(who: str) -> dict[str, object]:
    return {"id": who, "role": "participant", "added_us": 0}


def _zone(who: str) -> dict[str, object]:
    return {"person": who, "from_us": 0, "zone": "Europe/Zurich"}


def _wearing(who: str) -> dict[str, object]:
    return {"device": f"glasses-{who}", "from_us": 0, "until_us": None, "participant": who}


def _lane(who: str) -> dict[str, object]:
    named = {"participant": who, "device": f"glasses-{who}", "stream": "accel", "counted": True}
    return named | {"heard_until_us": _EVENING_US, "received_us": _EVENING_US}


def _enrolment(who: str, rng: np.random.Generator) -> dict[str, object]:
    return {
        "participant": who,
        "arm": "learned",
        "enrolled_us": _JOINED_US,
        "until_us": _JOINED_US + 112 * DAY_US,
        "quiet_start_minute": 21 * 60,
        "quiet_end_minute": 8 * 60,
        "decisions_made": _DECISIONS,
        "dose": float(rng.uniform(0, 12)),
    }


def _hours(who: str, rng: np.random.Generator) -> list[dict[str, object]]:
    minutes = blank(60 * _HOURS)
    walks = rng.random(60 * _HOURS) < 0.1
    minutes["state"] = np.where(walks, State.WORN_MOVING, State.WORN_STILL)
    minutes["flags"] = Flag.ACCEL
    minutes["steps"] = 30 * walks
    first_us = (_EVENING_US // HOUR_US - _HOURS + 1) * HOUR_US
    named = {"participant": who, "device": f"glasses-{who}"}
    return [
        named
        | {
            "hour_us": first_us + n * HOUR_US,
            "minutes": minutes[60 * n : 60 * n + 60].tobytes(),
        }
        for n in range(_HOURS)
    ]


def _version(who: str, rng: np.random.Generator) -> Version:
    prior = POLICY.prior()
    mean = prior.mean + rng.normal(0, 0.1, prior.mean.size)
    rule = learning.rule_of(POLICY)
    belief = Belief(mean, 0.1 * prior.covariance)
    return Version(who, rule, 25, _EVENING_US - DAY_US // 2, None, 80, (), (), belief)


def evening(store: SqliteStore, engine: Engine) -> tuple[float, float]:
    """Decide for everyone; return the seconds it took, by the wall and of a core."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    store.write(lambda db: engine.tick(db, _EVENING_US))
    return time.perf_counter() - wall_s, time.process_time() - cpu_s


def draws_alone(db: Connection, bounds: Bounds) -> tuple[float, float]:
    """Do what the peer does: for each state the odds, and whether chance is below them."""
    made = [decision_of.from_row(row).state for row in db.execute(select(decisions))]
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    for state in made:
        _ = draw(7, state.participant, state.counter, "send") < POLICY.probability(
            state, bounds
        )
    return time.perf_counter() - wall_s, time.process_time() - cpu_s


def made_again(db: Connection) -> tuple[tuple[float, float], int]:
    """Make every decision again; return how long that took, and how many came out otherwise."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    chosen = Chosen(counter=_DECISIONS)
    otherwise = sum(1 for differences in replay.again(db, chosen) if differences)
    return (time.perf_counter() - wall_s, time.process_time() - cpu_s), otherwise


def peer(path: Path) -> dict[str, tuple[float, float]]:
    """Return what mabwiser takes on the same store; nothing without `make peers`."""
    if not _PYTHON.exists():
        return {}
    asked = {"path": str(path), "until_us": _EVENING_US, "fields": MINUTE.descr}
    command, given = [_PYTHON, _PEER], json.dumps(asked)
    ran = subprocess.run(command, input=given, capture_output=True, check=True, text=True)
    return {what: tuple(took) for what, took in json.loads(ran.stdout).items()}


def _filled(folder: Path, people: int, engine: Engine) -> SqliteStore:
    rng = np.random.default_rng(0)
    store = SqliteStore(folder / _STORE, METADATAS)
    names = [f"p-{n:06d}" for n in range(people)]
    for first in range(0, people, _AT_ONCE):
        some = names[first : first + _AT_ONCE]
        store.write(lambda db, some=some: fill(db, some, engine, rng))
    return store


def main(people: int, *, profiled: bool) -> None:
    """Print the figures; with a profile they are of a slower run."""
    engine = Engine(protocol(), site_seed=7)
    profile = cProfile.Profile(time.thread_time)
    with tempfile.TemporaryDirectory() as folder:
        store = _filled(Path(folder), people, engine)
        if profiled:
            store.write(lambda _: profile.enable())
        ours = evening(store, engine)
        if profiled:
            store.write(lambda _: profile.disable())
        with store.reading() as db:
            made = db.scalar(select(func.count()).select_from(decisions))
            sent = db.scalar(select(func.count(decisions.c.template)))
            alone = draws_alone(db, engine.protocol.bounds)
            again, otherwise = made_again(db)
        store.close()
        theirs = peer(Path(folder) / _STORE)
    said = {f"{made:,} decisions, {sent:,} messages": ours}
    said |= {"odds and draws of these alone": alone}
    said |= {f"made again from their records, {otherwise} otherwise": again}
    if theirs:
        said |= {"mabwiser's LinTS on the same minutes, arms written down": theirs["evening"]}
        said |= {"mabwiser's LinTS, arms drawn and nothing else": theirs["draws"]}
    for what, took in said.items():
        print(f"{what}: {_said(took, people)}")
    if profiled:
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


def _said(took: tuple[float, float], people: int) -> str:
    wall_s, cpu_s = took
    each_us = 1e6 * cpu_s / people
    return f"{wall_s:.2f} s, of a core {cpu_s:.2f} s, {each_us:,.1f} µs each"


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    main(*(numbers or [100_000]), profiled="profile" in sys.argv)
