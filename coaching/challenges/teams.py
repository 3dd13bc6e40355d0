"""Challenges of teams, as whoever looks after some of their people sees them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from coaching.challenges import membership, record, sides
from coaching.challenges.kinds import Terms
from coaching.challenges.record import Challenge
from coaching.challenges.rules import ChallengeRules
from coaching.challenges.side import Standing

Teams = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class TeamSide:
    """A team that is invited to a challenge."""

    team: str
    members: int  # who opted in, also of others' people
    people: tuple[str, ...]  # who of those one looks after opted in
    standing: Standing | None  # none: too few opted in to tell of them as a team


@dataclass(frozen=True, slots=True)
class TeamChallenge:
    """A challenge under way or to come, with those of the teams that are invited."""

    challenge: Challenge
    sides: tuple[TeamSide, ...]


def of_teams(
    db: Connection, teams: Teams, rules: ChallengeRules, today: date
) -> list[TeamChallenge]:
    """Return the challenges that these teams are in or invited to, the first to end first."""
    running = [
        (each, sorted(_invited(each, teams)))
        for each in record.not_ended(db, today)
        if not each.terms.by_person
    ]
    return [
        TeamChallenge(each, tuple(_sides(db, each, {team: teams[team] for team in on}, rules)))
        for each, on in running
        if on
    ]


def proposable(rules: ChallengeRules) -> dict[str, Terms]:
    """Return what can be proposed to teams."""
    return {name: terms for name, terms in rules.offers.items() if not terms.by_person}


def _invited(challenge: Challenge, teams: Teams) -> set[str]:
    return set(teams) & set(challenge.invited or teams)


def _sides(
    db: Connection, challenge: Challenge, teams: Teams, rules: ChallengeRules
) -> Iterator[TeamSide]:
    begun = sides.read(db, challenge.id, teams)
    joined = membership.members(db, challenge.id, teams) if begun else []
    for team, people in teams.items():
        count = begun[team].members if team in begun else 0
        is_told = count >= rules.fewest_on_board
        yield TeamSide(
            team,
            count,
            tuple(each.participant for each in joined if each.participant in people),
            sides.standing(db, challenge.id, team) if is_told else None,
        )
