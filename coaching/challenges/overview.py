"""What a participant sees of challenges: those they are in, those open to them, trophies."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from coaching.challenges import membership, play
from coaching.challenges.board import Board, alone, board
from coaching.challenges.kinds import Terms
from coaching.challenges.record import Challenge
from coaching.challenges.rules import ChallengeRules
from coaching.challenges.tables import trophies
from people import registry
from people.sentence import Sentence

_LATEST = 20


@dataclass(frozen=True, slots=True)
class Playing:
    """A challenge someone is in, or was."""

    challenge: Challenge
    side: str
    board: Board


@dataclass(frozen=True, slots=True)
class Trophy:
    """What was reached, for ever."""

    title: str
    says: Sentence
    at_us: int


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it."""

    playing: tuple[Playing, ...]  # the latest first, ended ones as well
    invitations: tuple[Challenge, ...]
    trophies: tuple[Trophy, ...]  # the latest first
    offers: dict[str, Terms]  # what they may start
    teams: tuple[str, ...]


def overview(
    db: Connection,
    participant: str,
    rules: ChallengeRules,
    now_us: int,
    *,
    with_boards: bool = True,
) -> Overview:
    """Return what a participant sees; without boards only how they stand themselves."""
    today = registry.local_day(db, participant, now_us)
    mine = membership.of_person(db, participant, _LATEST)
    teams = registry.teams_of(db, participant)
    return Overview(
        playing=tuple(
            Playing(
                challenge,
                member.side,
                board(db, challenge, member, rules, today)
                if with_boards or challenge.ended_us is not None
                else alone(db, challenge, member),
            )
            for challenge, member in mine
        ),
        invitations=tuple(play.open_to(db, participant, today)),
        trophies=tuple(won_by(db, participant)),
        offers=play.offered(rules, teams),
        teams=teams,
    )


def won_by(db: Connection, participant: str) -> list[Trophy]:
    """Return someone's trophies, the latest first."""
    columns = (trophies.c.title, trophies.c.says, trophies.c.at_us)
    query = select(*columns).where(trophies.c.participant == participant)
    latest = query.order_by(trophies.c.at_us.desc(), trophies.c.challenge)
    return [Trophy(*row) for row in db.execute(latest)]
