"""`kindstep replay` over ten thousand decisions, right and touched."""

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from coaching.days import goals
from coaching.days.goals import Goal, Inputs
from coaching.prompts import decisions
from coaching.tables import decisions as decisions_table
from kindstep import stores
from kindstep.cli import main
from kindstep.folder import Folder
from tests.coached import MONDAY
from tests.property import test_ten_thousand_decisions as ten_thousand
from tests.property.test_ten_thousand_decisions import GROUNDS


def fill(db):
    ten_thousand.fill(db)
    inputs = Inputs(valid_steps=(), previous_steps=None, paused_lately=False)
    steps, reason = goals.steps_for(inputs, GROUNDS.protocol.goal)
    start = Goal("p-00", MONDAY, steps, str(reason), inputs, GROUNDS.protocol_digest, 0)
    goals.write(db, [start])


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
    ran = replay(settings)  # and a goal, and ten first beliefs

    assert ran.exit_code == 0, ran.output
    assert "made again: 10011, of which 0 came out otherwise" in ran.output


def test_one_that_was_touched_is_named(settings):
    store = stores.in_file(settings.parent / "data" / "study.db")
    touched = (decisions_table.c.participant == "p-01") & (decisions_table.c.counter == 17)
    made = store.write(lambda db: decisions.read(db, "p-01", [17])[17])
    store.write(lambda db: db.execute(update(decisions_table).where(touched).values(draw=0.5)))
    try:
        one, other, whole = (
            replay(settings, *which) for which in (["p-01", "17"], ["p-03"], ["p-01"])
        )
    finally:
        mended = update(decisions_table).where(touched).values(draw=made.draw)
        store.write(lambda db: db.execute(mended))
        store.close()

    assert (one.exit_code, other.exit_code, whole.exit_code) == (1, 0, 1)
    assert f"p-01:17: draw was 0.5, is {made.draw}" in one.output
    assert "made again: 1, of which 1 came out otherwise" in one.output
    assert "made again: 250, of which 0 came out otherwise" in other.output
