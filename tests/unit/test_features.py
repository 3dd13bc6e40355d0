"""Social features left to chance: drawn each day, at odds on record, and drawn again."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select, update

from coaching import features, replay
from coaching.acts.challenges import StartChallenge
from coaching.features import Chance, Feature
from coaching.protocol import BadProtocol, validate
from coaching.replay import Chosen
from coaching.tables import features as table
from people import registry
from people.registry import Relation, RelationKind
from tests.coached import ADA, MONDAY, Study, at, usc

ODDS = {Feature.BOARD: 0.5, Feature.CHEER: 0.3, Feature.CHARITY: 0.7}
DRAWING = msgspec.structs.replace(usc(), features=ODDS)
DAYS = 40


@pytest.fixture
def study():
    study = Study(DRAWING)
    study.join("ada")
    yield study
    study.close()


def drawn(study):
    return study.db.execute(select(table).order_by(table.c.day, table.c.feature)).all()


def test_each_day_is_drawn_once_at_the_odds_of_the_protocol(study):
    for n in range(DAYS):
        study.engine.tick(study.db, at(MONDAY + timedelta(days=n), "00:30"))
        study.engine.tick(study.db, at(MONDAY + timedelta(days=n), "12:00"))

    rows = drawn(study)
    assert len(rows) == 3 * DAYS
    assert {row.feature: row.odds for row in rows} == ODDS
    assert all(row.is_on == (row.draw < row.odds) for row in rows)
    assert {row.day for row in rows} == {MONDAY + timedelta(days=n) for n in range(DAYS)}


def test_chance_keeps_its_odds_and_tells_features_and_people_apart():
    chance = Chance(ODDS, "protocol", 7)
    found = [each for n in range(2000) for each in chance.draw(f"p-{n}", MONDAY, 0, 0)]

    for feature, odds in ODDS.items():
        share = sum(each.is_on for each in found if each.feature is feature) / 2000
        assert share == pytest.approx(odds, abs=0.04)
    assert len({each.draw for each in found}) == len(found)


def test_a_draw_does_not_tell_the_date():
    chance, later = Chance(ODDS, "protocol", 7), MONDAY + timedelta(days=45)
    said = [[each.draw for each in chance.draw("ada", day, 3, 0)] for day in (MONDAY, later)]

    assert said[0] == said[1] != [each.draw for each in chance.draw("ada", MONDAY, 4, 0)]


def test_what_was_drawn_comes_out_again_and_what_was_touched_does_not(study):
    study.engine.tick(study.db, at(MONDAY + timedelta(days=3), "12:00"))
    assert [each for each in replay.again(study.db, Chosen()) if each] == []

    study.db.execute(update(table).where(table.c.feature == "board").values(is_on=True))
    study.db.execute(update(table).where(table.c.feature == "cheer").values(odds=0.4))
    told = [found for each in replay.again(study.db, Chosen()) for found in each]
    assert {found.field for found in told} == {"is_on", "odds"}


def test_a_day_without_boards_shows_ones_own_standing_alone(study):
    study.join("ben")
    registry.relate(study.db, Relation(RelationKind.FRIEND, "ada", "ben"), at(MONDAY, "07:00"))
    start = StartChallenge(participant="ada", offer="streak", first_day=MONDAY)
    assert study.engine.act(study.db, ADA, start, at(MONDAY, "08:00")).ok
    seen = {}
    for is_on in (True, False):
        study.db.execute(update(table).values(is_on=is_on))
        found = study.engine.challenges(study.db, "ada", at(MONDAY, "09:00"))
        seen[is_on] = found.playing[0].board

    assert (seen[True].is_off, seen[False].is_off) == (False, True)
    assert seen[True].lines
    assert seen[False].lines == ()
    assert seen[False].mine == seen[True].mine


def test_what_is_not_left_to_chance_is_as_always():
    study = Study(usc())
    study.join("ada")
    on = study.engine.features(study.db, "ada", at(MONDAY, "12:00"))
    study.close()

    assert on == {Feature.BOARD}


def test_odds_outside_the_bounds_are_refused():
    with pytest.raises(BadProtocol, match="outside"):
        validate(msgspec.structs.replace(usc(), features={Feature.BOARD: 0.95}))


def test_a_day_that_was_drawn_stays(study):
    before = drawn(study)
    features.of_days(study.db, Chance(ODDS, "another", 8), [("ada", MONDAY)], 1)

    assert drawn(study) == before
