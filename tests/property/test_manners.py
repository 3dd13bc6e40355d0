"""Nothing is pushed in quiet hours or beyond the budget, at any minute of any day, anywhere."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
import sqlalchemy
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.acts.circle import SendCheer
from coaching.acts.prompts import CoachMessage
from coaching.daytime import DAY_US, is_quiet, minute_of_day, next_us, time_of
from coaching.engine import Engine
from coaching.members import Member
from coaching.messages import library
from coaching.post import delivery
from coaching.post.message import Sent
from coaching.protocol.rules import SetTime
from coaching.tables import messages
from people import registry
from people.authorize import Actor, Role
from people.registry import Calendar, Person, Relation, RelationKind, Topic, ViewerKind
from tests.coached import CLEO, HOUR_US, MINUTE_US, MONDAY, Study, at, live, usc

ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Cairo"]
)
YEAR_US = 1_704_067_200_000_000  # 2024, with both changes of the clock
INSTANTS = st.integers(0, 366 * 24 * 60).map(lambda minute: YEAR_US + minute * 60_000_000)
MINUTES = st.integers(0, 24 * 60 - 1)


def turns(zone, first=2000, last=2037):
    """Give every instant at which a zone's clock was or will be turned."""
    day_us, found = DAY_US, []
    at_us = int(datetime(first, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
    until_us = int(datetime(last, 12, 31, tzinfo=UTC).timestamp()) * 1_000_000
    while at_us < until_us:
        if _offset(zone, at_us) != _offset(zone, at_us + day_us):
            low, high = at_us, at_us + day_us
            while high - low > MINUTE_US:
                middle = (low + high) // 2
                low, high = (
                    (middle, high)
                    if _offset(zone, middle) == _offset(zone, low)
                    else (low, middle)
                )
            found.append(high // MINUTE_US * MINUTE_US)
        at_us += day_us
    return found


def _offset(zone, at_us):
    return datetime.fromtimestamp(at_us // 1_000_000, ZoneInfo(zone)).utcoffset()


TURNS = [
    (zone, at_us)
    for zone in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
    for at_us in turns(zone)
]


def wall_minute(zone, at_us):
    clock = datetime.fromtimestamp(at_us / 1e6, ZoneInfo(zone))
    return 60 * clock.hour + clock.minute


@pytest.mark.parametrize("zone", sorted({zone for zone, _ in TURNS}))
def test_quiet_hours_hold_over_every_change_of_the_clock(zone):
    mine = [at_us for where, at_us in TURNS if where == zone]
    assert len(mine) > 70
    calendar = Calendar((0,), (zone,))
    for start, end in ((22 * 60, 7 * 60), (90, 150), (120, 180), (23 * 60, 150), (160, 100)):
        member = Member("ada", "prompted", 0, 0, start, end)
        for turn_us in mine:
            for minutes in range(-180, 181, 10):
                now_us = turn_us + minutes * MINUTE_US
                may_us = delivery.after_quiet_us(member, calendar, now_us)
                assert not is_quiet(wall_minute(zone, may_us), start, end)
                assert now_us <= may_us <= now_us + DAY_US + HOUR_US


@given(ZONES, INSTANTS, MINUTES, MINUTES)
def test_a_message_is_held_no_longer_than_it_must(zone, now_us, start, end):
    calendar = Calendar((0,), (zone,))
    member = Member("ada", "prompted", 0, 0, start, end)
    may_us = delivery.after_quiet_us(member, calendar, now_us)

    before = range(now_us, may_us - 30 * MINUTE_US, 7 * MINUTE_US)
    assert all(is_quiet(minute_of_day(calendar, each), start, end) for each in before)


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


@given(
    ZONES,
    INSTANTS,
    st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=8),
)
def test_only_pushes_of_the_day_count(zone, now_us, seen):
    calendar = Calendar((0,), (zone,))
    came = [(now_us - hours * HOUR_US, pushed) for hours, pushed in seen]
    sent = [Sent(at_us, at_us if pushed else None, "") for at_us, pushed in came]
    today = calendar.local_day(now_us)

    assert delivery.pushes_today(calendar, sent, now_us) == sum(
        pushed and calendar.local_day(at_us) == today for at_us, pushed in came
    )


@pytest.mark.parametrize(
    "turn", [turn for turn in TURNS if datetime.fromtimestamp(turn[1] / 1e6, UTC).year == 2024]
)
def test_nobody_writes_in_quiet_hours_while_the_clock_is_turned(turn):
    zone, turn_us = turn
    slots = tuple(SetTime(occasion=f"at-{n}", at=time(n // 2, 30 * (n % 2))) for n in range(10))
    rules = usc()
    prompts = msgspec.structs.replace(rules.prompts, schedule=slots, novelty_h=0)
    hours = msgspec.structs.replace(rules.quiet_hours, start=time(1, 10), end=time(2, 40))
    budget = msgspec.structs.replace(rules.attention, pushes_a_day=50)
    awake = msgspec.structs.replace(rules.availability, prompted_min=0, asleep_still_min=9999)
    study = Study(
        msgspec.structs.replace(
            rules, prompts=prompts, quiet_hours=hours, attention=budget, availability=awake
        ),
        messages=words_for(slots),
    )
    day = registry.Calendar((0,), (zone,)).local_day(turn_us)
    study.join("ada", day=day - timedelta(days=1), clock="20:00", zone=zone)
    friends = [f"friend-{n}" for n in range(3)]
    for who in friends:
        registry.add_person(study.db, Person(who, Role.PARTICIPANT), 0)
        registry.set_zone(study.db, who, zone, 0)
        befriend(study.db, who)
    begin_us = turn_us - 4 * HOUR_US
    study.live("ada", begin_us - HOUR_US, 9 * 60, 1)
    templates = [each.id for each in study.engine.templates()]
    for n in range(8 * 6):
        now_us = begin_us + n * 10 * MINUTE_US
        study.engine.tick(study.db, now_us)
        ask = CoachMessage(participant="ada", coach="cleo", template_id=templates[n % 5])
        study.engine.act(study.db, CLEO, ask, now_us)
        if 70 <= wall_minute(zone, now_us) < 160:
            who = friends[n % 3]
            cheer = SendCheer(participant=who, to="ada")
            study.engine.act(study.db, Actor(who, Role.PARTICIPANT), cheer, now_us)

    query = sqlalchemy.select(messages.c.sent_us, messages.c.sender)
    sent = study.db.execute(query.where(messages.c.sent_us.is_not(None))).all()
    assert {each.sender for each in sent} == {"coach", "cleo", *friends}
    assert not [s for s in sent if 70 <= wall_minute(zone, s.sent_us) < 160]
    study.close()


def words_for(slots):
    """Give the library with words for every slot."""
    shipped = library.load()
    occasions = tuple(slot.occasion for slot in slots)
    walk = msgspec.structs.replace(shipped.by_id["midday-walk"], occasions=occasions)
    kept = tuple(each for each in shipped.message if each.id != "midday-walk")
    return msgspec.structs.replace(shipped, message=(*kept, walk))


@pytest.mark.parametrize("budget", [0, 3, 50])
def test_bot_coaches_and_friends_at_once_stay_within_one_budget(hubs, budget):
    rules = usc()
    attention = msgspec.structs.replace(rules.attention, pushes_a_day=budget)
    free = msgspec.structs.replace(rules.availability, prompted_min=0)
    engine = Engine(
        msgspec.structs.replace(rules, attention=attention, availability=free), site_seed=7
    )
    store, _ = hubs
    friends = [f"friend-{n}" for n in range(5)]
    store.write(lambda db: _people(db, engine, friends))
    now_us = at(MONDAY, "12:00")
    templates = [each.id for each in engine.templates()]
    acts = [
        (
            Actor(f"coach-{n}", Role.COACH),
            CoachMessage(participant="ada", coach=f"coach-{n}", template_id=template),
        )
        for n, template in enumerate(templates)
    ]
    acts += [
        (Actor(who, Role.PARTICIPANT), SendCheer(participant=who, to="ada")) for who in friends
    ]
    jobs = [lambda db, a=actor, b=act: engine.act(db, a, b, now_us) for actor, act in acts]
    jobs += [lambda db, n=n: engine.tick(db, now_us + n * HOUR_US) for n in range(7)]
    with ThreadPoolExecutor(8) as pool:
        doing = [pool.submit(hubs[n % 2].write, job) for n, job in enumerate(jobs)]
        for each in doing:
            each.result()

    with store.reading() as db:
        query = sqlalchemy.select(messages).where(messages.c.participant == "ada")
        written = db.execute(query).all()
    assert len(written) >= len(acts)
    assert all(each.sent_us for each in written)
    pushed = [each.sender for each in written if each.pushed_us is not None]
    assert len(pushed) == min(budget, len(written))
    if budget == 50:  # there is room for all of them
        assert {*pushed} == {"coach", *friends, *(f"coach-{n}" for n in range(5))}


def _people(db, engine, friends):
    begin_us = at(MONDAY, "07:00")
    for n in range(5):
        registry.add_person(db, Person(f"coach-{n}", Role.COACH), 0)
    for who in ("ada", *friends):
        registry.add_person(db, Person(who, Role.PARTICIPANT), 0)
        registry.set_zone(db, who, "Europe/Berlin", 0)
        registry.consent_at_enrolment(
            db, who, dict.fromkeys(Topic, (ViewerKind.COACH, ViewerKind.CIRCLE)), 0
        )
        engine.enrol(db, who, begin_us, "prompted")
    live(db, "ada", begin_us, 12 * 60, 1)
    for n in range(5):
        registry.relate(db, Relation(RelationKind.COACH, "ada", f"coach-{n}"), 0)
    for who in friends:
        befriend(db, who)


def befriend(db, who):
    for pair in (("ada", who), (who, "ada")):
        registry.relate(db, Relation(RelationKind.FRIEND, *pair), 0)
