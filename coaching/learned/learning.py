"""What the learned policy believes of each person: looked up by day, renewed at night.

A belief changes between two days of a person's own calendar and never within one: who was asked
something since midnight keeps theirs until the next night.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec
from sqlalchemy import Connection, bindparam, select

from coaching import grounds as grounds_of
from coaching.daytime import DAY_US
from coaching.documents import Lost
from coaching.grounds import Grounds
from coaching.learned import beliefs, outcomes
from coaching.learned.beliefs import Pool, Version
from coaching.members import Member
from coaching.policies import ThompsonSampling
from coaching.policies.belief import Belief
from coaching.policies.lessons import Seen, teach
from coaching.prompts.state import Learned, State
from coaching.protocol import digest
from coaching.tables import decisions
from coaching.tables import outcomes as outcome_table

_LATE_US: Final = 14 * DAY_US  # what comes later than this is not learned any more

Lesson: TypeAlias = dict[int, Seen]  # by counter, in order


def rule_of(policy: ThompsonSampling) -> str:
    """Return the hash by which beliefs name the policy they are for."""
    return digest(canonical(policy))


def canonical(policy: ThompsonSampling) -> bytes:
    """Return what is kept under that hash."""
    return msgspec.json.encode(policy, order="sorted")


def known(db: Connection, members: Iterable[Member], grounds: Grounds) -> dict[str, Learned]:
    """Return what a decision may see of those of whom something was learned."""
    return {
        who: policy.learned(each.belief, each.version, each.points)
        for policy, people in _by_policy(members, grounds)
        for who, each in beliefs.current(db, people, rule_of(policy)).items()
    }


def begin(db: Connection, member: Member, grounds: Grounds, now_us: int) -> None:
    """Let a newcomer begin with what was learned of everyone together, if that is enough."""
    for policy, (who,) in _by_policy([member], grounds):
        pool = _pool(db, policy, now_us)
        if pool is not None:
            first = Version(who, pool.rule, 0, now_us, pool.version, 0, (), (), pool.belief)
            beliefs.write(db, [first])


def night(
    db: Connection,
    members: Iterable[Member],
    midnights_us: Mapping[str, int],
    grounds: Grounds,
    now_us: int,
) -> None:
    """Learn what has followed the decisions of days that are over."""
    for policy, people in _by_policy(members, grounds):
        latest_us = outcomes.latest_us(db, people)
        idle = [who for who in people if latest_us.get(who, 0) <= midnights_us[who]]
        lessons = _lessons(db, idle, policy.fewest_minutes, now_us)
        if lessons:
            grounds_of.keep_policy(db, rule_of(policy), canonical(policy))
            _learn(db, policy, lessons, now_us)


def _learn(
    db: Connection, policy: ThompsonSampling, lessons: Mapping[str, Lesson], now_us: int
) -> None:
    rule = rule_of(policy)
    before = beliefs.current(db, lessons, rule)
    began = [before[who].belief if who in before else policy.prior() for who in lessons]
    after = teach(policy, began, [[*lesson.values()] for lesson in lessons.values()])
    made = [
        _next(before.get(who), who, rule, lesson, belief, now_us)
        for (who, lesson), belief in zip(lessons.items(), after, strict=True)
    ]
    beliefs.write(db, made)
    keys = [(who, counter) for who, lesson in lessons.items() for counter in lesson]
    outcomes.learned(db, keys, now_us)


def _next(
    before: Version | None, who: str, rule: str, lesson: Lesson, belief: Belief, now_us: int
) -> Version:
    return Version(
        participant=who,
        rule=rule,
        version=before.version + 1 if before else 0,
        made_us=now_us,
        pool=None,
        points=(before.points if before else 0) + len(lesson),
        counters=tuple(lesson),
        steps=tuple(seen.steps for seen in lesson.values()),
        belief=belief,
    )


def _pool(db: Connection, policy: ThompsonSampling, now_us: int) -> Pool | None:
    """Return a pool that is at most a day old, or the last there is."""
    rule = rule_of(policy)
    latest = beliefs.pool(db, rule)
    if latest is not None and now_us - latest.made_us < DAY_US:
        return latest
    found = beliefs.together(db, rule, policy.pool_points, policy.pool_people, now_us)
    if found is None:
        return latest
    made = Pool(rule, latest.version + 1 if latest else 0, now_us, *found)
    beliefs.write_pool(db, made)
    return made


def _by_policy(
    members: Iterable[Member], grounds: Grounds
) -> Iterator[tuple[ThompsonSampling, list[str]]]:
    people: dict[str, list[str]] = {}
    for member in members:
        people.setdefault(member.arm, []).append(member.participant)
    for arm, who in people.items():
        policy = grounds.protocol.arms.get(arm)
        if isinstance(policy, ThompsonSampling):
            yield policy, who


def _lessons(
    db: Connection, people: Collection[str], fewest_minutes: int, now_us: int
) -> dict[str, Lesson]:
    asked = {
        "people": list(people),
        "fewest": fewest_minutes,
        "first_us": now_us - _LATE_US,
        "last_us": now_us - outcomes.SPAN_US,
    }
    found: dict[str, Lesson] = {}
    for who, counter, state, probability, template, steps in db.execute(_NEW, asked):
        seen = Seen(_states.decode(state), probability, template is not None, steps)
        found.setdefault(who, {})[counter] = seen
    return found


def lesson_of(db: Connection, made: Version) -> Sequence[Seen]:
    """Return again what a version was learned from, with the steps as they were known then."""
    asked = {"people": [made.participant], "counters": list(made.counters)}
    rows = {row.counter: row for row in db.execute(_AGAIN, asked)}
    if len(rows) < len(made.counters):
        raise Lost(f"a decision that {made.participant}'s belief was learned from is lost")
    return [
        Seen(
            _states.decode(rows[counter].state),
            rows[counter].probability,
            rows[counter].template is not None,
            steps,
        )
        for counter, steps in zip(made.counters, made.steps, strict=True)
    ]


_states = msgspec.json.Decoder(State)
_THEIRS = decisions.c.participant.in_(bindparam("people", expanding=True))
_MADE = select(
    decisions.c.participant,
    decisions.c.counter,
    decisions.c.state,
    decisions.c.probability,
    decisions.c.template,
).where(_THEIRS)
_AGAIN = _MADE.where(decisions.c.counter.in_(bindparam("counters", expanding=True)))
_NEW = (
    _MADE.add_columns(outcome_table.c.steps)
    .join(
        outcome_table,
        (outcome_table.c.participant == decisions.c.participant)
        & (outcome_table.c.counter == decisions.c.counter),
    )
    .where(
        # Chance decided: a certain message, or none, tells nothing of the difference.
        decisions.c.probability > 0,
        decisions.c.probability < 1,
        outcome_table.c.start_us.between(bindparam("first_us"), bindparam("last_us")),
        outcome_table.c.minutes >= bindparam("fewest"),
        outcome_table.c.learned_us.is_(None),
    )
    .order_by(decisions.c.participant, decisions.c.counter)
)
