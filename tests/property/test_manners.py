"""Nothing is pushed in quiet hours or beyond the budget, at any minute of any day, anywhere."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.daytime import DAY_US, HOUR_US, is_quiet, minute_of_day, next_us, time_of
from coaching.delivery import may_push_us
from coaching.inbox import Push
from coaching.members import Member
from people.registry import Calendar

ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Cairo"]
)
YEAR_US = 1_704_067_200_000_000  # 2024, with both changes of the clock
INSTANTS = st.integers(0, 366 * 24 * 60).map(lambda minute: YEAR_US + minute * 60_000_000)
MINUTES = st.integers(0, 24 * 60 - 1)


@given(ZONES, INSTANTS, MINUTES, MINUTES, st.lists(st.integers(0, 40), max_size=8))
def test_a_push_waits_for_quiet_hours_to_end_and_for_budget(zone, now_us, start, end, hours):
    calendar = Calendar((0,), (zone,))
    member = Member("ada", "prompted", 0, 0, start, end)
    seen = [Push(now_us - hour * HOUR_US, "") for hour in sorted(hours, reverse=True)]
    at_us = may_push_us(member, calendar, seen, 3, now_us)

    begin_us, _ = calendar.day_bounds_us(calendar.local_day(at_us))
    assert at_us >= now_us
    assert sum(push.sent_us >= begin_us for push in seen) < 3
    assert not is_quiet(minute_of_day(calendar, at_us), start, end)
    assert at_us - now_us < 2 * DAY_US + 2 * HOUR_US


@given(ZONES, INSTANTS, MINUTES, MINUTES)
def test_who_may_be_told_now_is_told_now(zone, now_us, start, end):
    calendar = Calendar((0,), (zone,))
    member = Member("ada", "prompted", 0, 0, start, end)
    if not is_quiet(minute_of_day(calendar, now_us), start, end):
        assert may_push_us(member, calendar, [], 3, now_us) == now_us


@settings(max_examples=20)
@given(ZONES, MINUTES.map(time_of))
def test_a_set_time_comes_once_a_day_all_year(zone, clock):
    calendar = Calendar((0,), (zone,))
    at_us, days = YEAR_US, []
    while len(days) < 366:
        at_us = next_us(calendar, clock, at_us)
        days.append(calendar.local_day(at_us))

    assert days == [days[0] + timedelta(days=n) for n in range(366)]
    assert days[0] - datetime(2024, 1, 1, tzinfo=UTC).date() <= timedelta(days=1)
    assert date(2024, 12, 30) in days
