"""`kindstep replay` over ten thousand decisions, right and touched."""

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy import update

from coaching import grounds
from coaching.days import goals
from coaching.days.goals import Goal, Inputs
from coaching.grounds import Grounds
from coaching.messages import library
from coaching.policies import FixedSchedule, MicroRandomised, Unprompted
from coaching.prompts import decisions
from coaching.prompts.decisions import decide
from coaching.prompts.state import Worn
from coaching.tables import decisions as decisions_table
from kindstep import stores
from kindstep.cli import main
from kindstep.folder import Folder
from tests.coached import HOUR_US, MONDAY, usc
from tests.unit.test_availability import READY

PEOPLE, EACH = 40, 250
ARMS = {
    "prompted": FixedSchedule(),
    "chance": MicroRandomised(odds=0.6),
    "unprompted": Unprompted(),
}
GROUNDS = Grounds(msgspec.structs.replace(usc(), arms=ARMS), library.load(), 7)


def seen(rng, who, counter):
    """Give a state like no other."""
    steps = int(rng.integers(0, 3000))
    return msgspec.structs.replace(
        READY,
        participant=f"p{who}",
        counter=counter,
        arm=[*ARMS][who % len(ARMS)],
        occasion=str(rng.choice(["morning", "midday", "afternoon"])),
        minute_of_day=int(rng.integers(7 * 60, 22 * 60)),
        paused=bool(rng.random() < 0.05),
        last_push_us=READY.at_us - int(rng.integers(0, 5)) * HOUR_US,
        worn=Worn(rng.choice([*Worn])),
        steps_30min=int(rng.integers(0, 200)),
        steps_2h=steps,
        steps_today=steps + int(rng.integers(0, 6000)),
        catching_up=bool(rng.random() < 0.1),
    )


def fill(db):
    rng = np.random.default_rng(7)
    grounds.keep(db, GROUNDS)
    states = [seen(rng, who, n) for who in range(PEOPLE) for n in range(EACH)]
    decisions.record(db, [decide(state, GROUNDS) for state in states])
    inputs = Inputs(valid_steps=(), previous_steps=None, paused_lately=False)
    start = goals.steps_for(inputs, GROUNDS.protocol.goal)
    goals.write(db, [Goal("p0", MONDAY, *start, inputs, GROUNDS.protocol_digest, 0)])


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("replay")
    file = folder / "kindstep.toml"
    file.write_text(f'data = "{folder / "data"}"\n')
    store = stores.in_file(Folder(folder / "data").store)
    store.write(fill)
    yield file
    store.close()


def replay(settings, *arguments):
    return CliRunner().invoke(main, ["replay", "--settings", str(settings), *arguments])


def test_ten_thousand_decisions_are_identical(settings):
    ran = replay(settings)

    assert ran.exit_code == 0, ran.output
    assert "made again: 10001, of which 0 came out otherwise" in ran.output


def test_one_that_was_touched_is_named(settings):
    store = stores.in_file(settings.parent / "data" / "study.db")
    touched = (decisions_table.c.participant == "p1") & (decisions_table.c.counter == 17)
    made = store.write(lambda db: decisions.read(db, "p1", [17])[17])
    store.write(lambda db: db.execute(update(decisions_table).where(touched).values(draw=0.5)))
    try:
        one, other, whole = (
            replay(settings, *which) for which in (["p1", "17"], ["p2"], ["p1"])
        )
    finally:
        mended = update(decisions_table).where(touched).values(draw=made.draw)
        store.write(lambda db: db.execute(mended))
        store.close()

    assert (one.exit_code, other.exit_code, whole.exit_code) == (1, 0, 1)
    assert f"p1:17: draw was 0.5, is {made.draw}" in one.output
    assert "made again: 1, of which 1 came out otherwise" in one.output
    assert "made again: 250, of which 0 came out otherwise" in other.output
