from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from people.registry import (
    Calendar,
    NotKnown,
    calendar,
    day_bounds_us,
    local_day,
    set_zone,
    zone_at,
)
from tests.people_world import START_US, ZONE, memory_db, populate

HOUR_US = 3_600_000_000
LOS_ANGELES, TOKYO, HONOLULU = ZONE, "Asia/Tokyo", "Pacific/Honolulu"


def at_us(zone, *clock):
    moment = datetime(*clock, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def hours(calendar, day):
    start_us, end_us = calendar.day_bounds_us(day)
    return (end_us - start_us) / HOUR_US


@pytest.fixture
def db():
    with memory_db() as db:
        populate(db)
        yield db


@pytest.mark.parametrize(
    ("zone", "day", "length_h"),
    [
        (LOS_ANGELES, date(2026, 7, 1), 24),
        (LOS_ANGELES, date(2026, 3, 8), 23),
        (LOS_ANGELES, date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),  # its midnight did not exist
        ("America/Havana", date(2026, 11, 1), 25),  # its midnight came twice
        ("Pacific/Apia", date(2011, 12, 30), 0),  # the island jumped over the date line
    ],
)
def test_a_day_is_as_long_as_the_clock_makes_it(zone, day, length_h):
    assert hours(Calendar((0,), (zone,)), day) == length_h


def test_a_day_holds_its_first_instant_and_not_its_end(db):
    start_us, end_us = day_bounds_us(db, "ana", date(2026, 3, 8))

    assert start_us == at_us(LOS_ANGELES, 2026, 3, 8)
    assert local_day(db, "ana", start_us) == date(2026, 3, 8)
    assert local_day(db, "ana", start_us - 1) == date(2026, 3, 7)
    assert local_day(db, "ana", end_us - 1) == date(2026, 3, 8)
    assert local_day(db, "ana", end_us) == date(2026, 3, 9)


def test_a_flight_east_makes_the_day_short(db):
    set_zone(db, "ana", TOKYO, at_us(TOKYO, 2026, 5, 3, 14))

    days = calendar(db, "ana")
    assert local_day(db, "ana", at_us(TOKYO, 2026, 5, 3, 13, 59)) == date(2026, 5, 2)
    assert local_day(db, "ana", at_us(TOKYO, 2026, 5, 3, 14)) == date(2026, 5, 3)
    assert (hours(days, date(2026, 5, 2)), hours(days, date(2026, 5, 3))) == (22, 10)


def test_a_flight_west_over_midnight_makes_the_day_long(db):
    set_zone(db, "ana", TOKYO, START_US)
    set_zone(db, "ana", HONOLULU, at_us(TOKYO, 2026, 5, 3, 1))

    days = calendar(db, "ana")
    assert days.day_bounds_us(date(2026, 5, 3)) == (
        at_us(TOKYO, 2026, 5, 3),
        at_us(HONOLULU, 2026, 5, 4),
    )
    # Her phone says 2 May again, but that day was over.
    assert days.local_day(at_us(HONOLULU, 2026, 5, 2, 8)) == date(2026, 5, 3)


def test_the_zone_is_the_one_valid_then(db):
    landed_us = at_us(TOKYO, 2026, 5, 3, 14)
    set_zone(db, "ana", TOKYO, landed_us)

    assert zone_at(db, "ana", landed_us - 1) == LOS_ANGELES
    assert zone_at(db, "ana", landed_us) == TOKYO
    assert zone_at(db, "ana", 0) == LOS_ANGELES


def test_a_zone_corrected_late_moves_the_days_it_held(db):
    instant_us = at_us(LOS_ANGELES, 2026, 5, 2, 20)
    set_zone(db, "ana", TOKYO, at_us(TOKYO, 2026, 6, 1))
    assert local_day(db, "ana", instant_us) == date(2026, 5, 2)

    set_zone(db, "ana", "Europe/Paris", START_US)

    assert local_day(db, "ana", instant_us) == date(2026, 5, 3)
    assert zone_at(db, "ana", at_us(TOKYO, 2026, 6, 1)) == TOKYO


@pytest.mark.parametrize("zone", ["Mars/Olympus", "America", "../etc/passwd", ""])
def test_refuses_a_zone_that_does_not_exist(db, zone):
    with pytest.raises(NotKnown, match="no zone"):
        set_zone(db, "ana", zone, START_US)


def test_who_was_given_no_zone_has_no_days(db):
    with pytest.raises(NotKnown, match="no zone of dana"):
        local_day(db, "dana", START_US)
