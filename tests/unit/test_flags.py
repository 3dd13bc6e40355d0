from dataclasses import replace
from datetime import timedelta

import pytest

from coaching.coaches.flags import Evidence, raise_flags
from coaching.days.goals import Goal, Inputs, Verdict
from coaching.post import inbox
from coaching.tables import messages
from people import registry
from tests.coached import HOUR_US, MONDAY, Study, at, usc

RULES = usc().triage
TODAY = MONDAY + timedelta(days=17)
NOW_US = at(TODAY, "14:00")
MONDAY_US = at(MONDAY - timedelta(days=1), "07:00")


@pytest.fixture(scope="module")
def day():
    """One ordinary day of Ada's, to be changed."""
    study = Study()
    study.join("ada")
    study.live("ada", at(MONDAY, "07:00"), 900, 8)
    fact = study.fact("ada", MONDAY)
    calendar = registry.calendar(study.db, "ada")
    study.close()
    return fact, calendar


@pytest.fixture
def flags(day):
    fact, calendar = day
    week = [
        replace(
            fact,
            day=MONDAY + timedelta(days=n),
            last_minute_us=at(MONDAY + timedelta(days=n), "21:59"),
            resting_bpm=62,
        )
        for n in range(17)
    ]
    today = replace(fact, day=TODAY, last_minute_us=at(TODAY, "13:58"), valid=False, steps=3100)

    def raised(change=lambda days: days, **known):
        days = change([*week, today])
        seen = Evidence(days, (), False, None, 0, 0, MONDAY_US, calendar, NOW_US)
        return raise_flags(replace(seen, **known), RULES)

    return raised


def one(found):
    (flag,) = found
    return flag.level, flag.kind, str(flag.says)


def goal(n, verdict=Verdict.PENDING, done=3100):
    inputs = Inputs(valid_steps=(), previous_steps=None, paused_lately=False)
    day = TODAY - timedelta(days=n)
    return Goal("ada", day, 6000, "", inputs, "", 0, done_steps=done, verdict=verdict)


def test_says_so_when_nothing_stands_out(flags):
    found = one(flags(goals=[goal(0)]))
    assert found == ("ok", "on_track", "3,100 of 6,000 steps so far today")
    assert one(flags(goals=[goal(0, Verdict.REACHED, 6100)]))[2].startswith("Reached")


def test_who_is_catching_up_is_not_judged(flags):
    level, kind, says = one(flags(goals=[goal(0)], catching_up=True))
    assert (level, kind) == ("ok", "catching_up")
    assert says.startswith("Still catching up")


def test_no_data_is_said_as_such_with_its_moment(flags):
    silent = at(TODAY - timedelta(days=1), "14:09")

    def gone(days):
        return [*(replace(day, last_minute_us=silent) for day in days[:-1]), unheard(days[-1])]

    assert one(flags(gone)) == ("watch", "no_data", "No data since Wednesday 14:10")


def test_long_silence_is_an_alert(flags):
    def gone(days):
        return [*days[:9], *map(unheard, days[9:])]

    assert one(flags(gone))[:2] == ("alert", "no_data")
    assert one(flags(gone))[2] == "No data since 12 March"


def test_never_heard_of(flags):
    def never(days):
        return [unheard(day) for day in days]

    assert one(flags(never)) == ("alert", "no_data", "No data in the last 18 days")
    yesterday = at(TODAY - timedelta(days=1), "09:00")
    assert one(flags(never, enrolled_us=yesterday)) == (
        "watch",
        "no_data",
        "No data yet, enrolled Wednesday 09:00",
    )
    assert one(flags(never, enrolled_us=NOW_US - HOUR_US))[0] == "ok"


def test_a_silence_from_before_somebody_came_is_no_alarm(flags):
    def gone(days):
        return [*days[:9], *map(unheard, days[9:])]

    found = one(flags(gone, enrolled_us=NOW_US - HOUR_US))
    assert found == ("watch", "no_data", "No data since 12 March")


def test_just_short_of_half_a_day_is_no_silence(flags):
    def quiet(days):
        return [*days[:-1], replace(days[-1], last_minute_us=NOW_US - 12 * HOUR_US)]

    assert flags(quiet)[0].level == "ok"


@pytest.mark.parametrize(
    ("bpm", "level"), [(69, "ok"), (70, "watch"), (73, "watch"), (74, "alert")]
)
def test_resting_heart_rate_against_own_norm(flags, bpm, level):
    (flag,) = flags(lambda days: [*days[:-1], replace(days[-1], resting_bpm=bpm)])
    assert flag.level == level
    if level != "ok":
        assert (
            str(flag.says) == f"Resting heart rate {bpm} bpm, {bpm - 62} above own norm of 62"
        )


def test_a_falling_trend_against_own_norm(flags):
    def falling(days):
        return [*days[:-4], *(replace(day, steps=3900) for day in days[-4:])]

    assert one(flags(falling)) == (
        "watch",
        "falling",
        "Steps down 46%: 3,900 a day, own norm 7,200",
    )


def test_days_hardly_worn_are_no_falling_trend(flags):
    def off(days):
        return [*days[:-4], *(replace(day, steps=10, valid=False) for day in days[-4:])]

    assert one(flags(off))[0] == "ok"


def test_three_prompts_in_a_row_unanswered(flags):
    assert one(flags(unanswered=3)) == ("watch", "unanswered", "3 prompts in a row unanswered")
    assert one(flags(unanswered=2))[0] == "ok"


@pytest.mark.parametrize(
    ("row", "count"),
    [
        ("eee", 3),
        ("eeea", 0),  # the last one was answered
        ("eae", 1),
        ("eeo", 2),  # the last may still be answered
        ("eew", 2),  # a coach wrote, who is not the bot
    ],
)
def test_a_row_of_unanswered_prompts_ends_with_an_answer(row, count):
    study = Study()
    for n, fate in enumerate(row):
        told = {"participant": "ada", "source": str(n), "sender": "coach", "occasion": "midday"}
        told |= {"decision": None if fate == "w" else n, "template": "", "text": ""}
        told |= {"options": b"[]", "intended_us": n, "sent_us": n, "expires_us": n + 1}
        told |= {"expired_us": n if fate in "ew" else None}
        told |= {"first_answered_us": n if fate == "a" else None}
        study.db.execute(messages.insert().values(told))

    assert inbox.unanswered_in_a_row(study.db, ["ada", "ben"], 0)["ada"] == count
    assert inbox.latest_of(study.db, ["ada", "ben"])["ada"].source == str(len(row) - 1)
    study.close()


def test_missed_counts_complete_days_only(flags):
    missed = [goal(n, Verdict.MISSED) for n in (1, 2, 3)]
    assert one(flags(goals=[goal(0), *missed]))[1:] == (
        "missed",
        "Goal missed on 3 complete days in a row",
    )
    unknown = [goal(n, Verdict.UNKNOWN) for n in (1, 2, 3)]
    assert one(flags(goals=[goal(0), *unknown]))[0] == "ok"
    assert one(flags(goals=[goal(0), *missed[:2], goal(3, Verdict.REACHED)]))[0] == "ok"


def test_the_worst_comes_first(flags):
    def both(days):
        return [
            *days[:-4],
            *(replace(day, steps=3900) for day in days[-4:-1]),
            replace(days[-1], resting_bpm=80),
        ]

    assert [flag.level for flag in flags(both)] == ["alert", "watch"]


def test_flags_from_the_database():
    study = Study()
    study.join("ada")
    for n in range(4):
        study.whole_day("ada", MONDAY + timedelta(days=n), 4000)
    thursday = MONDAY + timedelta(days=4)
    study.live("ada", at(thursday, "07:00"), 60, 2)
    study.observe("ada", thursday, at(thursday, "08:00"))

    (flag,) = study.engine.flags(study.db, ["ada"], at(thursday, "08:05"))["ada"]
    assert str(flag.says) == "Goal missed on 4 complete days in a row"
    study.close()


def test_days_that_were_brought_along_are_a_norm_from_the_first_day():
    study = Study()
    study.join("ada", day=MONDAY + timedelta(days=10))
    for n in range(10):
        study.tell("ada", MONDAY + timedelta(days=n), 8000 if n < 7 else 3000)
    now_us = at(MONDAY + timedelta(days=10), "08:05")

    flags = study.engine.flags(study.db, ["ada"], now_us)["ada"]
    assert [str(flag.says) for flag in flags] == ["Steps down 62%: 3,000 a day, own norm 8,000"]
    study.close()


def unheard(day):
    return replace(day, last_minute_us=None, resting_bpm=None, valid=False, steps=0)
