"""Makes every tally and standing again from the days: challenges can be replayed."""

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import Connection

from coaching.challenges import days, following, membership, record, sides
from coaching.challenges.effort import Tally, tally
from coaching.challenges.membership import Member
from coaching.challenges.record import Challenge


def recount(db: Connection) -> list[str]:
    """Return what came out otherwise than it is kept; nothing when all is right."""
    return [problem for each in record.every(db) for problem in _problems(db, each)]


def _problems(db: Connection, challenge: Challenge) -> Iterator[str]:
    members = membership.members(db, challenge.id)
    people = [member.participant for member in members]
    known = days.read(db, people, challenge.first_day, challenge.last_day)
    for member in members:
        wanted = membership.days_of(challenge, member.from_day)
        again = tally(days.fill(known.get(member.participant, {}), wanted))
        if again != member.tally:
            yield f"{member.participant} in {challenge.id}: {member.tally}, not {again}"
    yield from _sides(db, challenge, members)


def _sides(db: Connection, challenge: Challenge, members: list[Member]) -> Iterator[str]:
    kept = {
        name: (side.total, side.members) for name, side in sides.read(db, challenge.id).items()
    }
    by_side = groupby(sorted(members, key=_side_of), key=_side_of)
    again = {
        name: (sum((each.tally for each in mine), Tally()), len(mine))
        for name, mine in ((name, list(group)) for name, group in by_side)
    }
    if kept != again:
        yield f"{challenge.id}: sides {kept}, not {again}"
    standings = challenge.terms.stand(following.read_sides(db, challenge), over=False)
    for name, stands in standings.items():
        known = sides.standing(db, challenge.id, name)
        if (known.score, known.says) != (stands.score, stands.says):
            yield f"{name} in {challenge.id}: {known}, not {stands}"


def _side_of(member: Member) -> str:
    return member.side
