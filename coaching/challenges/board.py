"""A board as one participant sees it: their side among its neighbours, and no bottom rank."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection

from coaching.challenges import days, following
from coaching.challenges.harm import HarmRule, harms
from coaching.challenges.record import Challenge, Member
from coaching.challenges.rules import ChallengeRules
from coaching.challenges.side import Standing

NEIGHBOURS: Final = 2  # on either side


@dataclass(frozen=True, slots=True)
class Line:
    """One side on a board."""

    side: str
    rank: int | None  # only in the upper half: nobody is told that they are last
    says: str
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
    sides = following.read_sides(db, challenge)
    standings = challenge.terms.stand(sides, over=challenge.ended_us is not None)
    mine = standings[member.side]
    if _guarded(db, challenge, member, rules.harm, today):
        return Board(mine, (), is_hidden=True)
    sizes = {name: side.members for name, side in sides.items()}
    fewest = 1 if challenge.terms.by_person else rules.fewest_on_board
    shown = {
        name: standing
        for name, standing in standings.items()
        if name == member.side or sizes[name] >= fewest
    }
    return Board(mine, window(shown, sizes, member.side))


def alone(db: Connection, challenge: Challenge, member: Member) -> Board:
    """Return what a member is shown on a day without boards."""
    standings = challenge.terms.stand(following.read_sides(db, challenge), over=False)
    return Board(standings[member.side], (), is_off=True)


def window(
    standings: Mapping[str, Standing], sizes: Mapping[str, int], mine: str
) -> tuple[Line, ...]:
    """Return the lines around one side, best first; those that are level share a rank."""
    order = sorted(standings, key=lambda name: (-_score(standings[name]), name))
    scores = [_score(standings[name]) for name in order]
    here = order.index(mine)
    return tuple(
        Line(
            side=order[place],
            rank=_rank(scores, place),
            says=standings[order[place]].says,
            members=sizes[order[place]],
            is_mine=order[place] == mine,
        )
        for place in range(max(0, here - NEIGHBOURS), min(len(order), here + NEIGHBOURS + 1))
    )


def _rank(scores: list[int], place: int) -> int | None:
    rank = scores.index(scores[place]) + 1
    return rank if 2 * rank <= len(scores) + 1 and scores[place] > scores[-1] else None


def _score(standing: Standing) -> int:
    return -1 if standing.score is None else standing.score


def _guarded(
    db: Connection, challenge: Challenge, member: Member, rule: HarmRule, today: date
) -> bool:
    joined = max(challenge.first_day, member.from_day)
    first = joined - timedelta(days=2 * rule.norm_days)
    known = days.read(db, [member.participant], first, today).get(member.participant, {})
    return harms([known[day] for day in sorted(known)], joined, today, rule)
