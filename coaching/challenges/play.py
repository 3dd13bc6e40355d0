"""Starting, joining and leaving a challenge, and what it brings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection

from coaching import agenda
from coaching.agenda import Due, What
from coaching.challenges import days, following, membership, record
from coaching.challenges.effort import tally
from coaching.challenges.following import Won
from coaching.challenges.kinds import Duel, Pairing, Terms
from coaching.challenges.membership import Member
from coaching.challenges.record import Challenge
from coaching.challenges.rules import ChallengeRules
from coaching.days import goals
from coaching.daytime import DAY_US
from coaching.giving import gifts
from people import registry
from people.sentence import Worded, say

_LATEST_START: Final = timedelta(days=28)


class NotPlayed(Worded, ValueError):
    """A challenge cannot be started or joined like that."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What someone would start."""

    offer: str
    starter: str
    invited: tuple[str, ...]  # sides; none: every team
    first_day: date

    @property
    def id(self) -> str:
        """Return a name that is the same for the same plan."""
        return f"{self.offer}/{self.first_day}/{'+'.join(self.invited) or 'all'}"


def start(
    db: Connection, plan: Plan, rules: ChallengeRules, today: date, now_us: int
) -> Challenge:
    """Keep a challenge to which its sides are invited; one that stands stays as it is."""
    terms = rules.offers.get(plan.offer)
    if terms is None:
        raise NotPlayed(say("This study does not offer that challenge."))
    if not today <= plan.first_day <= today + _LATEST_START:
        raise NotPlayed(say("It starts between today and four weeks from now."))
    challenge = Challenge(
        id=plan.id,
        offer=plan.offer,
        terms=terms,
        invited=plan.invited,
        first_day=plan.first_day,
        last_day=plan.first_day + timedelta(days=terms.days - 1),
        started_by=plan.starter,
        started_us=now_us,
    )
    record.start(db, challenge)
    return challenge


def offered(rules: ChallengeRules, teams: Sequence[str]) -> dict[str, Terms]:
    """Return what someone in these teams may start themselves."""
    return {
        name: terms
        for name, terms in rules.offers.items()
        if not isinstance(terms, Pairing) and (teams or terms.by_person)
    }


def open_to(db: Connection, participant: str, today: date) -> list[Challenge]:
    """Return what someone may join and is not in yet."""
    known = {challenge.id for challenge, _ in membership.of_person(db, participant, 100)}
    known |= membership.left(db, participant)
    teams = registry.teams_of(db, participant)
    return [
        challenge
        for challenge in record.not_ended(db, today)
        if challenge.id not in known and _side(challenge, participant, teams) is not None
    ]


def join(
    db: Connection, challenge_id: str, participant: str, rules: ChallengeRules, now_us: int
) -> Challenge:
    """Let someone in on the side they belong to; their days count from today on."""
    challenge = record.one(db, challenge_id)
    calendar = registry.calendar(db, participant)
    today = calendar.local_day(now_us)
    side = challenge and _side(challenge, participant, registry.teams_of(db, participant))
    if challenge is None or side is None:
        raise NotPlayed(say("You are not invited to that challenge."))
    if challenge.ended_us is not None or today > challenge.last_day:
        raise NotPlayed(say("That challenge is over."))
    if challenge.id in membership.left(db, participant):
        raise NotPlayed(say("You have left that challenge."))
    from_day = max(today, challenge.first_day)
    if isinstance(challenge.terms, Duel):
        _check_level(db, challenge, challenge.terms, participant, today)
    new = _member(db, challenge, participant, side, from_day, now_us)
    if membership.join(db, new):
        following.stand(db, challenge, [side])
        _, end_us = calendar.day_bounds_us(challenge.last_day)
        waited_us = end_us + rules.wait_days * DAY_US
        agenda.put(db, [Due(participant, What.CHALLENGE, challenge.id, waited_us)])
    return challenge


def leave(db: Connection, challenge_id: str, participant: str, now_us: int) -> bool:
    """Let someone out of a challenge that runs; what ended stays on record."""
    challenge = record.one(db, challenge_id)
    member = membership.member(db, challenge_id, participant)
    if challenge is None or member is None or challenge.ended_us is not None:
        return False
    membership.leave(db, member, now_us)
    following.stand(db, challenge, [member.side])
    agenda.strike(db, [Due(participant, What.CHALLENGE, challenge_id, 0)])
    return True


def _side(challenge: Challenge, participant: str, teams: Sequence[str]) -> str | None:
    if challenge.terms.by_person:
        return participant if participant in challenge.invited else None
    fitting = [team for team in teams if not challenge.invited or team in challenge.invited]
    return fitting[0] if fitting else None


def _member(
    db: Connection, challenge: Challenge, who: str, side: str, from_day: date, now_us: int
) -> Member:
    known = days.read(db, [who], from_day, challenge.last_day).get(who, {})
    wanted = membership.days_of(challenge, from_day)
    counted = tally(days.fill(known, wanted))
    return Member(challenge.id, who, side, from_day, now_us, counted)


def _check_level(
    db: Connection, challenge: Challenge, terms: Duel, participant: str, today: date
) -> None:
    people = [each.participant for each in membership.members(db, challenge.id)]
    found = goals.read(db, [(who, today) for who in (participant, *people)])
    mine = found.get((participant, today))
    for who in people:
        theirs = found.get((who, today))
        if mine is None or theirs is None or not terms.is_level(mine.steps, theirs.steps):
            raise NotPlayed(say("Your goals are too far apart for a fair duel."))


def reward(db: Connection, won: Won, now_us: int) -> set[str]:
    """Give what a challenge gives; return who took part, for whom a page changes."""
    terms = won.challenge.terms
    if isinstance(terms, Pairing):
        giver = f"challenge:{won.challenge.id}"
        gifts.donate(db, giver, terms.cause, terms.vouchers, now_us)
    return {
        member.participant for member in membership.members(db, won.challenge.id, [won.side])
    }
