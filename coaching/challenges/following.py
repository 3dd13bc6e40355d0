"""What follows in challenges from days that changed: tallies, trophies, the end."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from coaching.challenges import days, record
from coaching.challenges.effort import Tally, tally
from coaching.challenges.record import Challenge, Member
from coaching.challenges.side import Sides, Standing
from coaching.challenges.tables import trophies
from coaching.circles import feed
from coaching.circles.feed import News
from ingest.store import insert_once
from people.authorize import Topic


@dataclass(frozen=True, slots=True)
class Won:
    """A challenge that was carried to its aim just now."""

    challenge: Challenge
    side: str


def follow(db: Connection, changed: Collection[tuple[str, date]], now_us: int) -> list[Won]:
    """Count days of people anew, any number of times; return what was reached by them."""
    touched = record.touched_by(db, changed)
    if not touched:
        return []
    _retally(db, touched)
    challenges = {challenge.id: challenge for challenge, _ in touched}
    return [won for each in challenges.values() for won in judge(db, each, now_us)]


def close(db: Connection, challenge_id: str, now_us: int) -> list[Won]:
    """End a challenge that was waited for long enough."""
    challenge = record.one(db, challenge_id)
    if challenge is None or challenge.ended_us is not None:
        return []
    return judge(db, challenge, now_us, waited=True)


def judge(
    db: Connection, challenge: Challenge, now_us: int, *, waited: bool = False
) -> list[Won]:
    """Give trophies where the aim is reached; what late data brings later is given later."""
    sides = read_sides(db, challenge)
    over = waited or challenge.ended_us is not None or _all_settled(sides)
    standings = challenge.terms.stand(sides, over=over)
    may_win = not (challenge.terms.by_person and challenge.ended_us is not None)
    won = [
        Won(challenge, side)
        for side, standing in standings.items()
        if may_win and standing.reached and not sides[side].has_won
    ]
    for each in won:
        _award(db, each, standings[each.side], now_us)
    if over and challenge.ended_us is None:
        record.end(db, challenge, now_us)
    return won


def read_sides(db: Connection, challenge: Challenge) -> Sides:
    """Return the sides, with their days where the kind looks at them one by one."""
    found = record.sides(db, challenge.id)
    if not challenge.terms.ordered:
        return found
    players = _players(db, challenge)
    return {name: replace(side, players=tuple(players[name])) for name, side in found.items()}


def _players(db: Connection, challenge: Challenge) -> dict[str, list[tuple[days.Day, ...]]]:
    members = record.members(db, challenge.id)
    known = days.read(
        db, [each.participant for each in members], challenge.first_day, challenge.last_day
    )
    players: dict[str, list[tuple[days.Day, ...]]] = {}
    for each in members:
        wanted = record.days_of(challenge, each.from_day)
        theirs = days.fill(known.get(each.participant, {}), wanted)
        players.setdefault(each.side, []).append(theirs)
    return players


def _all_settled(sides: Sides) -> bool:
    return bool(sides) and all(side.is_settled for side in sides.values())


def _retally(db: Connection, touched: Sequence[tuple[Challenge, Member]]) -> None:
    first = min(challenge.first_day for challenge, _ in touched)
    last = max(challenge.last_day for challenge, _ in touched)
    known = days.read(db, {member.participant for _, member in touched}, first, last)
    changed: list[tuple[Member, Tally]] = []
    for challenge, member in {(c.id, m.participant): (c, m) for c, m in touched}.values():
        wanted = record.days_of(challenge, member.from_day)
        counted = tally(days.fill(known.get(member.participant, {}), wanted))
        if counted != member.tally:
            changed.append((member, counted))
    record.retally(db, changed)


def _award(db: Connection, won: Won, standing: Standing, now_us: int) -> None:
    """Give a side its trophies; they stay, whatever is known later."""
    challenge, title = won.challenge, won.challenge.terms.title
    record.note_won(db, challenge.id, won.side, now_us)
    news: list[News] = []
    for member in record.members(db, challenge.id, won.side):
        who = member.participant
        row = {"challenge": challenge.id, "participant": who, "title": title}
        insert_once(db, trophies, row | {"says": standing.says, "at_us": now_us})
        says = f"{title}: {standing.says}"
        news.append(News(who, "trophy", challenge.id, Topic.CIRCLE, says))
    feed.share(db, news, now_us)
