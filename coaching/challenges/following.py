"""What follows in challenges from days that changed: tallies, trophies, the end."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from coaching.challenges import days, membership, record, sides
from coaching.challenges.effort import Tally, tally
from coaching.challenges.membership import Member
from coaching.challenges.record import Challenge
from coaching.challenges.side import Sides, Standing
from coaching.challenges.tables import trophies
from coaching.circles import feed
from coaching.circles.feed import News
from ingest.store import insert_once
from people.authorize import Topic
from people.sentence import Sentence, together


@dataclass(frozen=True, slots=True)
class Won:
    """A challenge that was carried to its aim just now."""

    challenge: Challenge
    side: str


def follow(db: Connection, changed: Collection[tuple[str, date]], now_us: int) -> list[Won]:
    """Count days of people anew, any number of times; return what was reached by them."""
    touched = membership.touched_by(db, changed)
    if not touched:
        return []
    _retally(db, touched)
    challenges = {challenge.id: challenge for challenge, _ in touched}
    on: dict[str, set[str]] = {}
    for challenge, member in touched:
        on.setdefault(challenge.id, set()).add(member.side)
    return [won for each in challenges.values() for won in judge(db, each, on[each.id], now_us)]


def close(db: Connection, challenge_id: str, now_us: int) -> list[Won]:
    """End a challenge that was waited for long enough."""
    challenge = record.one(db, challenge_id)
    if challenge is None or challenge.ended_us is not None:
        return []
    return _judge(db, challenge, None, now_us, over=True)


def judge(db: Connection, challenge: Challenge, on: Collection[str], now_us: int) -> list[Won]:
    """Give trophies where the aim is reached; what late data brings later is given later.

    Only sides whose days changed are looked at, and with them those that hinge on these; all
    of them once nothing is still to come.
    """
    if challenge.ended_us is None and sides.are_settled(db, challenge.id):
        return _judge(db, challenge, None, now_us, over=True)
    return _judge(db, challenge, on, now_us, over=challenge.ended_us is not None)


def stand(db: Connection, challenge: Challenge, on: Collection[str]) -> None:
    """Keep how sides stand whose members changed."""
    found = read_sides(db, challenge, on)
    sides.keep(db, challenge.id, challenge.terms.stand(found, over=False))


def _judge(
    db: Connection,
    challenge: Challenge,
    on: Collection[str] | None,
    now_us: int,
    *,
    over: bool,
) -> list[Won]:
    found = read_sides(db, challenge, on)
    standings = challenge.terms.stand(found, over=over)
    sides.keep(db, challenge.id, standings)
    may_win = not (challenge.terms.by_person and challenge.ended_us is not None)
    won = [
        Won(challenge, side)
        for side, standing in standings.items()
        if may_win and standing.reached and not found[side].has_won
    ]
    for each in won:
        _award(db, each, standings[each.side], now_us)
    if over and challenge.ended_us is None:
        record.end(db, challenge, now_us)
    return won


def read_sides(
    db: Connection, challenge: Challenge, on: Collection[str] | None = None
) -> Sides:
    """Return all sides, or some with those they hinge on.

    Where the kind looks at days one by one, they come along.
    """
    only = on if challenge.terms.apart else None
    found = sides.read(db, challenge.id, only)
    if not challenge.terms.ordered:
        return found
    players = _players(db, challenge, only)
    return {name: replace(side, players=tuple(players[name])) for name, side in found.items()}


def _players(
    db: Connection, challenge: Challenge, on: Collection[str] | None
) -> dict[str, list[tuple[days.Day, ...]]]:
    members = membership.members(db, challenge.id, on)
    known = days.read(
        db, [each.participant for each in members], challenge.first_day, challenge.last_day
    )
    players: dict[str, list[tuple[days.Day, ...]]] = {}
    for each in members:
        wanted = membership.days_of(challenge, each.from_day)
        theirs = days.fill(known.get(each.participant, {}), wanted)
        players.setdefault(each.side, []).append(theirs)
    return players


def _retally(db: Connection, touched: Sequence[tuple[Challenge, Member]]) -> None:
    first = min(challenge.first_day for challenge, _ in touched)
    last = max(challenge.last_day for challenge, _ in touched)
    known = days.read(db, {member.participant for _, member in touched}, first, last)
    changed: list[tuple[Member, Tally]] = []
    for challenge, member in {(c.id, m.participant): (c, m) for c, m in touched}.values():
        wanted = membership.days_of(challenge, member.from_day)
        counted = tally(days.fill(known.get(member.participant, {}), wanted))
        if counted != member.tally:
            changed.append((member, counted))
    membership.retally(db, changed)


def _award(db: Connection, won: Won, standing: Standing, now_us: int) -> None:
    """Give a side its trophies; they stay, whatever is known later."""
    challenge, title = won.challenge, won.challenge.terms.title
    sides.note_won(db, challenge.id, won.side, now_us)
    news: list[News] = []
    for member in membership.members(db, challenge.id, [won.side]):
        who = member.participant
        row = {"challenge": challenge.id, "participant": who, "title": title}
        insert_once(db, trophies, row | {"says": standing.says, "at_us": now_us})
        says = together([Sentence(title), standing.says], ": ")
        news.append(News(who, "trophy", challenge.id, Topic.CIRCLE, says))
    feed.share(db, news, now_us)
