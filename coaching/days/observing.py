"""What follows from a day's facts: verdict, points, giving, and coming near the goal."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from sqlalchemy import Connection

from analytics.scores import DayFact
from coaching import agenda, members, taper
from coaching.agenda import Due, What
from coaching.calendars import Calendars
from coaching.challenges import following, play
from coaching.circles import feed
from coaching.circles.feed import News
from coaching.days import goal_setting, goals
from coaching.days.goals import Goal, Verdict
from coaching.daytime import DAY_US, MINUTE_US, next_us
from coaching.giving import earning, gifts
from coaching.giving.earning import Change
from coaching.grounds import Grounds
from coaching.learned import outcomes
from coaching.members import Member
from coaching.prompts import body, prompting
from coaching.prompts.kind import Kind
from coaching.prompts.point import Point
from coaching.protocol import Protocol
from coaching.safety import vital_signs
from people.authorize import Topic
from people.sentence import Sentence, say


@dataclass(frozen=True, slots=True)
class _Seen:
    """One person's day: what was known of its goal, and what is now."""

    member: Member
    fact: DayFact
    before: Goal
    goal: Goal


def observe(
    db: Connection, facts: Sequence[DayFact], grounds: Grounds, now_us: int
) -> set[str]:
    """Take facts in, any number of times; return for whom something changed."""
    enrolled = members.read(db, {fact.participant for fact in facts})
    calendars = Calendars(db)
    mine = [
        fact
        for fact in facts
        if fact.participant in enrolled and _within(fact, enrolled[fact.participant])
    ]
    changed: set[str] = set()
    for wave in _waves(mine):
        changed |= _wave(db, wave, calendars, grounds, now_us)
    return changed


def _within(fact: DayFact, member: Member) -> bool:
    return fact.end_us > member.enrolled_us and fact.start_us < member.until_us


def _waves(facts: Sequence[DayFact]) -> list[list[DayFact]]:
    """Split facts so that each person comes once a wave, their days in order."""
    waves: list[list[DayFact]] = []
    met: Counter[str] = Counter()
    for fact in sorted(facts, key=lambda fact: fact.day):
        if met[fact.participant] == len(waves):
            waves.append([])
        waves[met[fact.participant]].append(fact)
        met[fact.participant] += 1
    return waves


def _wave(
    db: Connection,
    facts: Sequence[DayFact],
    calendars: Calendars,
    grounds: Grounds,
    now_us: int,
) -> set[str]:
    seen = _see(db, facts, calendars, grounds, now_us)
    goals.follow(db, [each.goal for each in seen if each.goal != each.before])
    changes = [Change(each.before, each.goal) for each in seen]
    worth = taper.worth(db, calendars, grounds.protocol.taper)
    paid = earning.pay(db, changes, grounds.protocol.points, worth, now_us)
    for who in paid:
        settle(db, who, grounds.protocol, now_us)
    won = following.follow(db, [each.goal.key for each in seen], now_us)
    sharing = {who for each in won for who in play.reward(db, each, now_us)}
    feed.share(db, [_news(each) for each in seen if _is_news(each, now_us)], now_us)
    vital_signs.look(db, facts, grounds, now_us)
    near = [each for each in seen if _is_near(each, grounds.protocol)]
    _prompt_near(db, near, calendars, grounds, now_us)
    if grounds.protocol.prompts.reached:
        _prompt_reached(db, seen, calendars, grounds, now_us)
    missed = [each for each in seen if _just_missed(each)]
    agenda.put(db, _comfort(missed, calendars, grounds.protocol, now_us))
    turned = {
        each.goal.participant for each in seen if each.goal.verdict != each.before.verdict
    }
    _measure(db, facts, now_us)
    return paid | turned | sharing | {each.goal.participant for each in near}


def _measure(db: Connection, facts: Sequence[DayFact], now_us: int) -> None:
    start_us, end_us = min(f.start_us for f in facts), max(f.end_us for f in facts)
    outcomes.measure(db, [fact.participant for fact in facts], start_us, end_us, now_us)


def _see(
    db: Connection,
    facts: Sequence[DayFact],
    calendars: Calendars,
    grounds: Grounds,
    now_us: int,
) -> list[_Seen]:
    enrolled = members.read(db, [fact.participant for fact in facts])
    keys = [(fact.participant, fact.day) for fact in facts]
    set_goals = goal_setting.set_missing(db, keys, calendars, grounds, now_us)
    rested = _rested(db, facts, now_us)
    seen: list[_Seen] = []
    for fact, key in zip(facts, keys, strict=True):
        before = set_goals[key]
        goal = _progress(before, fact, now_us, paused=fact.participant in rested)
        seen.append(_Seen(enrolled[key[0]], fact, before, goal))
    return seen


def _rested(db: Connection, facts: Sequence[DayFact], now_us: int) -> set[str]:
    over = [fact for fact in facts if _is_over(fact, now_us)]
    if not over:
        return set()
    first_us, last_us = min(f.start_us for f in over), max(f.end_us for f in over)
    pauses = members.pauses_between(db, [fact.participant for fact in over], first_us, last_us)
    return {
        fact.participant
        for fact in over
        for from_us, until_us in pauses.get(fact.participant, [])
        if from_us < fact.end_us and until_us > fact.start_us
    }


def _is_over(fact: DayFact, now_us: int) -> bool:
    return fact.complete and now_us >= fact.end_us


def _progress(before: Goal, fact: DayFact, now_us: int, *, paused: bool) -> Goal:
    goal = replace(
        before,
        done_steps=fact.steps if fact.step_minutes else None,
        done_valid=fact.valid,
    )
    verdict = goals.judge(goal, complete=_is_over(fact, now_us), paused=paused)
    if verdict is goal.verdict:
        return goal
    return replace(goal, verdict=verdict, verdict_us=now_us)


def settle(db: Connection, participant: str, protocol: Protocol, now_us: int) -> bool:
    """Turn points into vouchers where they suffice and a cause was chosen."""
    threshold = protocol.giving.threshold_points
    cause = gifts.cause(db, participant)
    given = gifts.settle(db, participant, cause, threshold, now_us)
    says = say("gave %(gift)s", gift=Sentence(protocol.giving.gift))
    told = [News(participant, "gift", each.id, Topic.GIVING, says) for each in given]
    feed.share(db, told, now_us)
    return bool(given)


def _is_news(seen: _Seen, now_us: int) -> bool:
    turned = seen.goal.verdict is Verdict.REACHED and seen.before.verdict is not Verdict.REACHED
    return turned and now_us < seen.fact.end_us + DAY_US


def _news(seen: _Seen) -> News:
    who, day = seen.goal.key
    return News(who, "goal", str(day), Topic.ACTIVITY, say("reached the goal of the day"))


def _just_missed(seen: _Seen) -> bool:
    return seen.goal.verdict is Verdict.MISSED and seen.before.verdict is not Verdict.MISSED


def _comfort(
    missed: Sequence[_Seen], calendars: Calendars, protocol: Protocol, now_us: int
) -> list[Due]:
    """Return a decision point after each missed day that is still on one's mind."""
    at = protocol.prompts.after_missed_at
    if at is None:
        return []
    fresh = [each.fact for each in missed if now_us < each.fact.end_us + 2 * DAY_US]
    return [
        Due(who, What.PROMPT, Kind.AFTER_MISSED, next_us(calendars[who], at, now_us))
        for who in (fact.participant for fact in fresh)
    ]


def _is_near(seen: _Seen, protocol: Protocol) -> bool:
    goal = seen.goal
    if goal.near_us is not None or goal.verdict is Verdict.REACHED or goal.done_steps is None:
        return False
    return goal.done_steps >= _near_steps(goal, protocol)


def _near_steps(goal: Goal, protocol: Protocol) -> int:
    return ceil(protocol.prompts.near_goal_share * goal.steps)


def _prompt_near(
    db: Connection,
    near: Sequence[_Seen],
    calendars: Calendars,
    grounds: Grounds,
    now_us: int,
) -> None:
    came: list[Goal] = []
    considered: list[Point] = []
    for each in near:
        enough = _near_steps(each.goal, grounds.protocol)
        epoch_us = _came_to(db, each.fact, enough)
        came.append(replace(each.goal, near_us=epoch_us))
        considered.append(_point(each, calendars, Kind.NEAR_GOAL, epoch_us))
    goals.follow(db, came)
    prompting.consider(db, considered, grounds, now_us)


def _prompt_reached(
    db: Connection,
    seen: Sequence[_Seen],
    calendars: Calendars,
    grounds: Grounds,
    now_us: int,
) -> None:
    considered = [
        _point(each, calendars, Kind.REACHED, _came_to(db, each.fact, each.goal.steps))
        for each in seen
        if each.goal.verdict is Verdict.REACHED and each.before.verdict is not Verdict.REACHED
    ]
    prompting.consider(db, considered, grounds, now_us)


def _came_to(db: Connection, fact: DayFact, steps: int) -> int:
    """Return the start of the minute in which a day came to so many steps."""
    until_us = min(fact.end_us, (fact.last_minute_us or fact.start_us) + MINUTE_US)
    return body.epoch_us_of(db, fact.participant, fact.start_us, until_us, steps)


def _point(seen: _Seen, calendars: Calendars, kind: Kind, epoch_us: int) -> Point:
    calendar = calendars[seen.fact.participant]
    return Point(seen.member, calendar, kind, kind, epoch_us + MINUTE_US, epoch_us)
