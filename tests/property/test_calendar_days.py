"""Days against a naive twin: each instant is in exactly one, in any zone, after any flight."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from people.registry import Calendar

ZONES = (
    "UTC",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Honolulu",
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR_US = 3_600_000_000
DAY = timedelta(days=1)
FIRST_US = (datetime(2011, 12, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
LAST_US = FIRST_US + 15 * 365 * 24 * HOUR_US

instants = st.integers(FIRST_US, LAST_US)


@st.composite
def calendars(draw, spread_us=LAST_US - FIRST_US):
    start_us = draw(st.integers(FIRST_US, LAST_US - spread_us))
    changes = draw(st.sets(st.integers(start_us, start_us + spread_us), min_size=1, max_size=4))
    names = draw(st.lists(st.sampled_from(ZONES), min_size=len(changes), max_size=len(changes)))
    return Calendar(tuple(sorted(changes)), tuple(names))


def wall_date(calendar, at_us):
    moment = EPOCH + timedelta(microseconds=at_us)
    return moment.astimezone(ZoneInfo(calendar.zone_at(at_us))).date()


@given(calendars(), instants)
# The last instant before Samoa jumped over 30 December 2011.
@example(Calendar((0,), ("Pacific/Apia",)), 1_325_239_199_999_999)
def test_an_instant_is_within_its_day_and_no_other(calendar, at_us):
    day = calendar.local_day(at_us)
    start_us, end_us = calendar.day_bounds_us(day)

    assert start_us <= at_us < end_us
    assert calendar.local_day(start_us) == day
    assert calendar.local_day(end_us) > day
    assert calendar.local_day(start_us - 1) < day


@given(calendars(spread_us=60 * HOUR_US), st.integers(-5, 5))
def test_days_follow_each_other_without_a_hole(calendar, after):
    day = calendar.local_day(calendar.from_us[0]) + after * DAY

    _, end_us = calendar.day_bounds_us(day)
    start_us, next_end_us = calendar.day_bounds_us(day + DAY)

    assert end_us == start_us <= next_end_us


@settings(max_examples=30)
@given(calendars(spread_us=48 * HOUR_US))
def test_a_day_is_the_furthest_date_the_clock_has_shown(calendar):
    begin_us = calendar.from_us[0] - 30 * HOUR_US
    clock_us = {*range(begin_us, begin_us + 120 * HOUR_US, HOUR_US // 2)}
    clock_us |= {at_us - before for at_us in calendar.from_us for before in (0, 1)}
    furthest = date.min
    for at_us in sorted(clock_us):
        furthest = max(furthest, wall_date(calendar, at_us))
        assert calendar.local_day(at_us) == furthest
