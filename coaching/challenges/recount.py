"""Makes every tally again from the days and compares: challenges can be replayed."""

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import Connection

from coaching.challenges import days, record
from coaching.challenges.effort import Tally, tally
from coaching.challenges.record import Challenge, Member


def recount(db: Connection) -> list[str]:
    """Return what came out otherwise than it is kept; nothing when all is right."""
    return [problem for each in record.every(db) for problem in _problems(db, each)]


def _problems(db: Connection, challenge: Challenge) -> Iterator[str]:
    members = record.members(db, challenge.id)
    people = [member.participant for member in members]
    known = days.read(db, people, challenge.first_day, challenge.last_day)
    for member in members:
        wanted = record.days_of(challenge, member.from_day)
        again = tally(days.fill(known.get(member.participant, {}), wanted))
        if again != member.tally:
            yield f"{member.participant} in {challenge.id}: {member.tally}, not {again}"
    yield from _sides(db, challenge, members)


def _sides(db: Connection, challenge: Challenge, members: list[Member]) -> Iterator[str]:
    kept = {
        name: (side.total, side.members)
        for name, side in record.sides(db, challenge.id).items()
    }
    by_side = groupby(sorted(members, key=_side_of), key=_side_of)
    again = {
        name: (sum((each.tally for each in mine), Tally()), len(mine))
        for name, mine in ((name, list(group)) for name, group in by_side)
    }
    if kept != again:
        yield f"{challenge.id}: sides {kept}, not {again}"


def _side_of(member: Member) -> str:
    return member.side
