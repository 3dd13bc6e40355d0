"""A board as one participant sees it: their side among its neighbours, and no bottom rank."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection

from coaching.challenges import days, sides
from coaching.challenges.harm import HarmRule, harms
from coaching.challenges.membership import Member
from coaching.challenges.record import Challenge
from coaching.challenges.rules import ChallengeRules
from coaching.challenges.side import Standing
from coaching.challenges.sides import Place
from people.sentence import Sentence

NEIGHBOURS: Final = 2  # on either side


@dataclass(frozen=True, slots=True)
class Line:
    """One side on a board."""

    side: str
    rank: int | None  # only in the upper half: nobody is told that they are last
    says: Sentence
    members: int
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Board:
    """Own side and up to two on either side of it; no lines when the guard hides it."""

    mine: Standing
    lines: tuple[Line, ...]
    is_hidden: bool = False
    is_off: bool = False  # today, by chance


def board(
    db: Connection, challenge: Challenge, member: Member, rules: ChallengeRules, today: date
) -> Board:
    """Return what a member is shown."""
    if _guarded(db, challenge, member, rules.harm, today):
        return Board(sides.standing(db, challenge.id, member.side), (), is_hidden=True)
    fewest = 1 if challenge.terms.by_person else rules.fewest_on_board
    places = sides.around(db, challenge.id, member.side, NEIGHBOURS, fewest)
    (mine,) = (place.standing for place in places if place.side == member.side)
    return Board(mine, tuple(_line(place, member.side) for place in places))


def alone(db: Connection, challenge: Challenge, member: Member) -> Board:
    """Return what a member is shown on a day without boards."""
    return Board(sides.standing(db, challenge.id, member.side), (), is_off=True)


def _line(place: Place, mine: str) -> Line:
    return Line(
        side=place.side,
        rank=rank_of(place),
        says=place.standing.says,
        members=place.members,
        is_mine=place.side == mine,
    )


def rank_of(place: Place) -> int | None:
    """Return a rank of the upper half, unless nobody stands lower."""
    return place.rank if 2 * place.rank <= place.of + 1 and not place.is_lowest else None


def _guarded(
    db: Connection, challenge: Challenge, member: Member, rule: HarmRule, today: date
) -> bool:
    joined = max(challenge.first_day, member.from_day)
    first = joined - timedelta(days=2 * rule.norm_days)
    known = days.read(db, [member.participant], first, today).get(member.participant, {})
    return harms([known[day] for day in sorted(known)], joined, today, rule)
