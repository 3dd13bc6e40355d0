"""What people say of themselves: their age or its band, and by which clock they live."""

import pytest
from sqlalchemy import select

from analytics.tables import rescores
from coaching.acts.choices import SetProfile, SetZone
from people import registry
from tests.coached import ADA, BERLIN, MONDAY, Study, at

NEW_YORK = "America/New_York"
MORNING_US = at(MONDAY, "09:00")


@pytest.fixture
def study():
    study = Study()
    study.join("ada")
    yield study
    study.close()


def act(study, what):
    return study.engine.act(study.db, ADA, what, MORNING_US)


def tell(study, **said):
    told = {"placement": None, "resting_bpm": None, "language": "en"} | said
    return act(study, SetProfile(participant="ada", **told)).ok


def test_a_band_of_ages_is_enough(study):
    assert tell(study, age_band="60-64")
    assert not tell(study, age_band="61-63")

    assert registry.profile(study.db, "ada").age == 62
    assert registry.ages(study.db) == {"ada": 62}


def test_a_band_takes_nothing_from_what_was_known_within_it(study):
    tell(study, age_years=61)
    tell(study, age_band="60-64")
    assert registry.profile(study.db, "ada").age_years == 61
    tell(study, age_band="65-69")
    assert registry.profile(study.db, "ada").age == 67
    tell(study)
    assert registry.profile(study.db, "ada").age is None


def test_who_travels_lives_by_another_clock_from_now_on(study):
    moved = act(study, SetZone(participant="ada", zone=NEW_YORK))

    assert str(moved.says) == f"From now on by the clock of {NEW_YORK}."
    calendar = registry.calendar(study.db, "ada")
    assert calendar.zone_at(MORNING_US - 1) == BERLIN
    assert calendar.zone_at(MORNING_US) == NEW_YORK
    assert MONDAY in study.db.scalars(select(rescores.c.day)).all()
    assert "already" in str(act(study, SetZone(participant="ada", zone=NEW_YORK)).says)
    assert not act(study, SetZone(participant="ada", zone="Mars/Olympus")).ok


def test_prompts_come_by_the_new_clock(study):
    act(study, SetZone(participant="ada", zone=NEW_YORK))
    study.engine.tick(study.db, at(MONDAY, "23:30", NEW_YORK))

    due = [each.state.due_us for each in study.decisions()]
    assert at(MONDAY, "17:30", NEW_YORK) in due
