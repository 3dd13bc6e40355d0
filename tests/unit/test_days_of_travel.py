"""Days that are no 24 hours: clocks put on and back, flights, a zone told late."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import select

from analytics import epochs, reassigning, scores
from analytics.epochs import EPOCH, HOUR_US, MINUTE_US, Flag, Part, State
from analytics.lookups import Lookups
from analytics.refresh import days_of, refresh
from analytics.tables import day_facts, metadata
from people import registry
from people.registry import Person, Role
from tests.people_world import memory_db
from tests.scoring import Hub, walk

LONDON, AUCKLAND, HONOLULU = "Europe/London", "Pacific/Auckland", "Pacific/Honolulu"
APIA = "Pacific/Apia"


def at_us(zone, *clock):
    moment = datetime(*clock, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@pytest.fixture
def db():
    with memory_db(metadata) as db:
        registry.add_person(db, Person("ada", Role.PARTICIPANT), 0)
        registry.assign(db, "glasses-1", "ada", 0)
        yield db


def live(db, from_us, until_us):
    """Let ada wear her glasses throughout, a step each minute."""
    minutes = (until_us - from_us) // MINUTE_US
    lived = np.zeros(minutes, EPOCH)
    lived["minute_us"] = from_us + MINUTE_US * np.arange(minutes)
    lived["parts"] = Part.ALL
    lived["minute"] = epochs.blank(minutes)
    lived["minute"]["state"], lived["minute"]["flags"] = State.WORN_MOVING, Flag.ACCEL
    lived["minute"]["steps"] = 1
    epochs.keep(db, [("ada", "glasses-1")], lived)
    lookups = Lookups(db)
    refresh(db, days_of(lookups, "ada", lived["minute_us"].tolist()), lookups, until_us)


def facts(db):
    return db.execute(select(day_facts).order_by(day_facts.c.day)).all()


def steps_of(db):
    return {f"{fact.day:%d}": fact.steps for fact in facts(db)}


@pytest.mark.parametrize(("month", "day", "hours"), [(3, 31, 23), (10, 27, 25), (5, 6, 24)])
def test_a_day_of_another_length_has_all_its_minutes_and_no_other(db, month, day, hours):
    registry.set_zone(db, "ada", LONDON, 0)
    midnight_us = at_us(LONDON, 2024, month, day)
    live(db, midnight_us - 24 * HOUR_US, midnight_us + 49 * HOUR_US)

    found = {fact.day: fact for fact in facts(db)}
    this = found[date(2024, month, day)]
    assert this.end_us - this.start_us == hours * HOUR_US
    assert (this.wear_minutes, this.steps, this.valid) == (60 * hours, 60 * hours, True)
    assert sum(fact.steps for fact in found.values()) == 73 * 60
    score = scores.score(db, "ada", this.day)
    assert (score.valid_days, score.mean_steps) == (2, (24 + hours) * 30)


def test_a_date_that_a_flight_east_shows_twice_is_one_long_day(db):
    """From Auckland on the 4th to Honolulu on the 3rd, over the date line."""
    registry.set_zone(db, "ada", AUCKLAND, 0)
    landed_us = at_us(HONOLULU, 2026, 5, 3, 12)
    registry.set_zone(db, "ada", HONOLULU, landed_us)
    begin_us, end_us = at_us(AUCKLAND, 2026, 5, 3), at_us(HONOLULU, 2026, 5, 6)
    live(db, begin_us, end_us)

    long_us = at_us(HONOLULU, 2026, 5, 5) - at_us(AUCKLAND, 2026, 5, 4)
    assert steps_of(db) == {"03": 24 * 60, "04": long_us // MINUTE_US, "05": 24 * 60}
    assert sum(fact.steps for fact in facts(db)) == (end_us - begin_us) // MINUTE_US
    assert scores.score(db, "ada", date(2026, 5, 5)).valid_days == 3


def test_a_flight_west_over_the_line_makes_two_days_short(db):
    """From Honolulu at 4 h on the 4th to Auckland at 2 h on the 5th."""
    registry.set_zone(db, "ada", HONOLULU, 0)
    registry.set_zone(db, "ada", AUCKLAND, at_us(AUCKLAND, 2026, 5, 5, 2))
    live(db, at_us(HONOLULU, 2026, 5, 2), at_us(AUCKLAND, 2026, 5, 7))

    hours = {day: steps / 60 for day, steps in steps_of(db).items()}
    assert hours == {"02": 24, "03": 24, "04": 4, "05": 22, "06": 24}
    assert [fact.valid for fact in facts(db)] == [True, True, False, True, True]
    assert scores.score(db, "ada", date(2026, 5, 6)).valid_days == 4


def test_a_date_that_a_whole_country_jumped_over_is_no_day(db):
    registry.set_zone(db, "ada", APIA, 0)
    live(db, at_us(APIA, 2011, 12, 28), at_us(APIA, 2012, 1, 1))

    assert steps_of(db) == dict.fromkeys(("28", "29", "31"), 24 * 60)
    assert scores.score(db, "ada", date(2011, 12, 30)) is None
    assert scores.score(db, "ada", date(2011, 12, 31)).valid_days == 3


ZONE_DAY, NEXT_DAY = date(2024, 5, 6), date(2024, 5, 7)


@pytest.fixture
def hub(tmp_path):
    hub = Hub(tmp_path)
    hub.join()
    yield hub
    hub.close()


def test_a_zone_told_late_scores_its_days_again_as_if_known_then(hub, tmp_path):
    """A walk over midnight by UTC is one within a day in Honolulu."""
    walked_us = at_us("UTC", 2024, 5, 6, 23, 58)
    now_us = walked_us + 3 * HOUR_US
    hub.receive(walk(walked_us))
    hub.work(now_us)
    assert min(hub.day(day=day).steps for day in (ZONE_DAY, NEXT_DAY)) > 0

    def move(db):
        reassigning.change_zone(db, "ada", HONOLULU, at_us("UTC", 2024, 5, 1), now_us)

    hub.store.write(move)
    hub.work()

    informed = Hub(tmp_path / "informed")
    informed.join(zone=HONOLULU)
    informed.receive(walk(walked_us))
    informed.work(now_us)
    whole = informed.day(day=ZONE_DAY)
    minutes = informed.minutes(start_us=walked_us, end_us=now_us)
    informed.close()

    assert hub.day(day=ZONE_DAY) == whole
    assert hub.minutes(start_us=walked_us, end_us=now_us).tobytes() == minutes.tobytes()
    assert whole.steps > 0
    assert hub.day(day=NEXT_DAY).data_minutes == 0
