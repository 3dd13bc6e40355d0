"""Feed and board for ten thousand members, from the store: milliseconds an answer."""

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from analytics import days, epochs
from analytics.tables import day_facts
from coaching.challenges import board as boards
from coaching.challenges import following, membership, record, sides
from coaching.challenges.effort import Tally
from coaching.challenges.harm import HarmRule
from coaching.challenges.kinds import TeamGoal
from coaching.challenges.membership import Member
from coaching.challenges.record import Challenge
from coaching.challenges.rules import ChallengeRules
from coaching.circles.feed import read
from coaching.circles.tables import comments, likes
from coaching.circles.tables import feed as feed_table
from coaching.days import goals
from coaching.days.goals import Goal, Inputs, Verdict
from ingest.store.sqlite import SqliteStore
from kindstep.tables import METADATAS
from people.sentence import say
from people.tables import consents, persons, relations, zones

_MEMBERS = 10_000
_TEAM = 5
_NEWS = 10  # entries of each member
_ASKED = 200
_PEOPLE = [f"p-{n}" for n in range(_MEMBERS)]
_NOW_US = 1_790_000_000_000_000
_DAY = date(2026, 9, 21)
_TODAY = _DAY + timedelta(6)
_BEFORE = 28  # days, at which the harm guard looks
_RULES = ChallengeRules(
    wait_days=3,
    fewest_on_board=3,
    harm=HarmRule(falling_share=0.1, recent_days=7, norm_days=14, fewest_days=4),
    offers={},
)
_WORN = days.compute(days.Span("", _DAY, "UTC", 0, 1, None, True), epochs.blank(1), days.Body())
_SEEN = Inputs(valid_steps=(), previous_steps=None, paused_lately=False)


def main() -> None:
    """Print both, with one circle of all and with small ones."""
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "study.db", METADATAS)
        store.write(_people)
        challenge = store.write(_challenge)
        store.write(_days)
        with store.reading() as db:
            members = membership.members(db, challenge.id)
            few = [f"q-{n}" for n in range(_TEAM)]
            _say("board of 2,000 teams", members, lambda one: _board(db, challenge, one))
            _say("feed, circle of 10,000", _PEOPLE, lambda who: read(db, who, _NOW_US))
            _say("feed, circle of 4", few, lambda who: read(db, who, _NOW_US))
        store.close()


def _board(db: Connection, challenge: Challenge, member: Member) -> object:
    return boards.board(db, challenge, member, _RULES, _TODAY)


def _say(what: str, of: Sequence[Any], ask: Callable[[Any], object]) -> None:
    """Ask for somebody else each time."""
    chance = random.Random(2)  # noqa: S311 - who asks
    ask(of[0])
    wall_ms: list[float] = []
    cpu_ms: list[float] = []
    for who in chance.choices(of, k=_ASKED):
        wall, cpu = time.perf_counter(), time.process_time()
        ask(who)
        wall_ms.append(1000 * (time.perf_counter() - wall))
        cpu_ms.append(1000 * (time.process_time() - cpu))
    print(f"{what}: p95 {_p95(wall_ms):.1f} ms, of CPU {_p95(cpu_ms):.1f} ms")


def _p95(values: list[float]) -> float:
    return sorted(values)[round(0.95 * len(values))]


def _people(db: Connection) -> None:
    names = [*_PEOPLE, *(f"q-{n}" for n in range(_TEAM))]
    every = [{"id": name, "role": "participant", "added_us": 0} for name in names]
    db.execute(insert(persons), every)
    db.execute(insert(zones), [{"person": n, "from_us": 0, "zone": "UTC"} for n in names])
    db.execute(insert(relations), [_team(name) for name in names])
    said = [_consent(name, topic) for name in names for topic in ("activity", "circle")]
    db.execute(insert(consents), said)
    chance = random.Random(1)  # noqa: S311 - when things happened
    news = [_news(name, n, chance) for name in names for n in range(_NEWS)]
    db.execute(insert(feed_table), news)
    said = [_reply(entry, chance) for entry in range(1, len(news), _NEWS)]
    db.execute(insert(likes), [each | {"at_us": _NOW_US} for each in said])
    db.execute(insert(comments), [_comment(each) for each in said])


def _team(name: str) -> dict[str, Any]:
    team = "all" if name.startswith("p") else "few"
    return {"kind": "team", "subject": name, "other": team, "from_us": 0, "until_us": None}


def _consent(name: str, topic: str) -> dict[str, Any]:
    said = {"participant": name, "topic": topic, "viewer": "circle", "version": 1}
    return said | {"granted": True, "at_us": 0}


def _news(name: str, number: int, chance: random.Random) -> dict[str, Any]:
    return {
        "author": name,
        "kind": "goal",
        "about": str(number),
        "topic": "activity",
        "says": say("reached the goal of the day"),
        "at_us": _NOW_US - chance.randrange(28 * 86_400_000_000),
    }


def _reply(entry: int, chance: random.Random) -> dict[str, Any]:
    return {"entry": entry, "person": chance.choice(_PEOPLE)}


def _comment(reply: dict[str, Any]) -> dict[str, Any]:
    said = {"entry": reply["entry"], "author": reply["person"], "text": "Well walked!"}
    return said | {"at_us": _NOW_US}


def _days(db: Connection) -> None:
    """Let everyone have walked for weeks, as far as the guard against harm looks back."""
    for back in range(-6, _BEFORE):
        day = _DAY - timedelta(back)
        facts = [_fact(who, day) for who in _PEOPLE]
        db.execute(insert(day_facts), [days.as_row(fact) for fact in facts])
        goals.write(db, [_goal(fact) for fact in facts])


def _fact(who: str, day: date) -> days.DayFact:
    walked = 5000 + (int(who[2:]) * 37 + day.toordinal() * 101) % 4000
    return replace(_WORN, participant=who, day=day, steps=walked, valid=True, complete=True)


def _goal(fact: days.DayFact) -> Goal:
    done = (fact.steps, True, Verdict.REACHED)
    return Goal(fact.participant, fact.day, 5000, "", _SEEN, "", 0, *done)


def _challenge(db: Connection) -> Challenge:
    terms = TeamGoal(title="A fortnight", days=14, share=0.9)
    challenge = Challenge("c", "team", terms, (), _DAY, date(2026, 10, 4), "o", 0)
    record.start(db, challenge)
    for number in range(_MEMBERS):
        side, tally = f"team {number // _TEAM}", Tally(800 + number % 400, 1, 0, 6000, 13)
        membership.join(db, Member("c", f"p-{number}", side, _DAY, number, tally))
    following.stand(db, challenge, sides.read(db, challenge.id))
    return challenge


if __name__ == "__main__":
    main()
