"""Starting, proposing, joining and leaving challenges."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection

from coaching.acts.act import Outcome, accepted, refused
from coaching.acts.challenges import (
    JoinChallenge,
    LeaveChallenge,
    ProposeChallenge,
    StartChallenge,
)
from coaching.challenges import play
from coaching.challenges.kinds import Duel, Pairing
from coaching.challenges.play import NotPlayed, Plan
from coaching.grounds import Grounds
from coaching.requests.deed import Deed, Deeds
from people import registry
from people.authorize import Action, Topic
from people.sentence import Sentence, say


def start(db: Connection, act: StartChallenge, grounds: Grounds, now_us: int) -> Outcome:
    """Start a challenge and join it."""
    rules = grounds.protocol.challenges
    today = registry.local_day(db, act.participant, now_us)
    try:
        plan = Plan(act.offer, act.participant, _invited(db, act, grounds), act.first_day)
        started = play.start(db, plan, rules, today, now_us)
        play.join(db, started.id, act.participant, rules, now_us)
    except NotPlayed as refusal:
        return Outcome(ok=False, says=refusal.says)
    return accepted("%(title)s: you are in.", title=Sentence(started.terms.title))


def propose(db: Connection, act: ProposeChallenge, grounds: Grounds, now_us: int) -> Outcome:
    """Open a challenge to teams; each of their people decides whether to join."""
    rules = grounds.protocol.challenges
    offer = rules.offers.get(act.offer)
    if offer is not None and offer.by_person:
        return refused("That one is for people to start themselves.")
    if isinstance(offer, Pairing) and len(set(act.teams)) != 2:
        return refused("A pairing is of two teams.")
    try:
        plan = Plan(act.offer, act.participant, act.teams, act.first_day)
        today = datetime.fromtimestamp(now_us / 1e6, UTC).date()
        started = play.start(db, plan, rules, today, now_us)
    except NotPlayed as refusal:
        return Outcome(ok=False, says=refusal.says)
    asked = {who for team in act.teams for who in registry.members_of(db, team)}
    return accepted(
        "%(title)s is open from %(first_day)s.",
        title=Sentence(started.terms.title),
        first_day=str(started.first_day),
    ).touching(*sorted(asked))


def join(db: Connection, act: JoinChallenge, grounds: Grounds, now_us: int) -> Outcome:
    """Opt in."""
    rules = grounds.protocol.challenges
    try:
        joined = play.join(db, act.challenge, act.participant, rules, now_us)
    except NotPlayed as refusal:
        return Outcome(ok=False, says=refusal.says)
    return accepted("%(title)s: you are in.", title=Sentence(joined.terms.title))


def leave(db: Connection, act: LeaveChallenge, _: Grounds, now_us: int) -> Outcome:
    """Opt out."""
    if play.leave(db, act.challenge, act.participant, now_us):
        return accepted("You have left the challenge.")
    return accepted("You are not in that challenge.")


def _invited(db: Connection, act: StartChallenge, grounds: Grounds) -> tuple[str, ...]:
    offer = grounds.protocol.challenges.offers.get(act.offer)
    if isinstance(offer, Pairing):
        raise NotPlayed(say("Your study team brings two groups together."))
    if isinstance(offer, Duel):
        if act.to is None:
            raise NotPlayed(say("A duel is with a friend."))
        return tuple(sorted((act.participant, act.to)))
    if offer is not None and offer.by_person:
        return (act.participant,)
    teams = registry.teams_of(db, act.participant)
    if not teams or (act.team or teams[0]) not in teams:
        raise NotPlayed(say("That is for a team you are in."))
    return (act.team or teams[0],)


DEEDS: Final[Deeds] = {
    StartChallenge: Deed(start, Action.SET, Topic.CIRCLE),
    ProposeChallenge: Deed(propose, Action.PROPOSE),
    JoinChallenge: Deed(join, Action.SET, Topic.CIRCLE),
    LeaveChallenge: Deed(leave, Action.SET, Topic.CIRCLE),
}
