"""Who may do what with whom: the one question in front of every query, page and live frame.

A participant owns what is theirs. Anyone else needs a relation to them and, for what there is
to see, their consent. What no rule allows is refused, with the reason.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from sqlalchemy import Connection

from people import facts
from people.consent import OFFERED, TOPIC_WORDS, Topic, ViewerKind
from people.facts import Facts
from people.identity import Role

__all__ = [
    "ENGINE",
    "OF_STAFF",
    "TOPIC_WORDS",
    "Action",
    "Actor",
    "Refused",
    "Role",
    "Topic",
    "allowed",
    "authorize",
    "own",
    "visible",
]


class Action(StrEnum):
    """What someone would do."""

    KNOW = "know"  # that the subject is there, and by which name
    SEE = "see"
    ANSWER = "answer"
    SET = "set"
    CHEER = "cheer"
    MESSAGE = "message"
    EXPORT = "export"
    OPERATE = "operate"  # gateways and the hub; its subject is no person
    COACH = "coach"  # describe oneself, answer ratings; its subject is no participant
    PROPOSE = "propose"  # a challenge to teams; its subject is no participant
    HANDLE_GIFTS = "handle_gifts"  # note how far vouchers came; its subject is no person


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, and in which role they signed in."""

    person: str
    role: Role


#: The coaching engine, which acts on its own; nobody can sign in as it.
ENGINE: Final = Actor("engine", Role.SYSTEM)


class Refused(PermissionError):
    """The actor may not do this; `reason` says what was lacking."""

    def __init__(self, actor: Actor | None, action: Action, subject: str, reason: str) -> None:
        who = "nobody" if actor is None else f"{actor.role} {actor.person}"
        super().__init__(f"{who} may not {action} {subject}: {reason}")
        self.actor = actor
        self.action = action
        self.subject = subject
        self.reason = reason


def authorize(
    db: Connection,
    actor: Actor | None,
    action: Action,
    subject: str,
    topic: Topic | None = None,
    *,
    now_us: int,
) -> None:
    """Return quietly when the actor may; raise Refused when not."""
    reason = _refusal(db, actor, action, subject, topic, now_us)
    if reason is not None:
        raise Refused(actor, action, subject, reason)


def allowed(
    db: Connection,
    actor: Actor | None,
    action: Action,
    subject: str,
    topic: Topic | None = None,
    *,
    now_us: int,
) -> bool:
    """Return whether the actor may."""
    return _refusal(db, actor, action, subject, topic, now_us) is None


def visible(
    db: Connection, actor: Actor | None, subjects: Iterable[str], topic: Topic, now_us: int
) -> set[str]:
    """Return those of the subjects of whom the actor may see this topic, by one query."""
    if actor is None:
        return set()
    viewer = _VIEWERS.get(actor.role)
    known = facts.between_all(db, actor.person, tuple(subjects), topic, viewer, now_us)
    return {each.subject for each in known if _judge(actor, Action.SEE, topic, each) is None}


def own(db: Connection, actor: Actor, now_us: int) -> set[Topic]:
    """Return the topics of their own that the actor may see, by one query."""
    known = facts.between(db, actor.person, actor.person, None, None, now_us)
    if known is None:
        return set()
    return {topic for topic in Topic if _judge(actor, Action.SEE, topic, known) is None}


def _refusal(
    db: Connection,
    actor: Actor | None,
    action: Action,
    subject: str,
    topic: Topic | None,
    now_us: int,
) -> str | None:
    if actor is None:
        return "not signed in"
    if action in OF_STAFF:
        return _staff(db, actor, OF_STAFF[action])
    topic = topic or _IMPLIED.get(action)
    viewer = _VIEWERS.get(actor.role)
    known = facts.between(db, actor.person, subject, topic, viewer, now_us)
    if known is None:
        return "nobody goes by that name"
    return _judge(actor, action, topic, known)


def _staff(db: Connection, actor: Actor, roles: Collection[Role]) -> str | None:
    on_record = facts.role_of(db, actor.person)
    fits = on_record == actor.role and actor.role in roles
    return None if fits else f"no {' or '.join(roles)}"


def _judge(actor: Actor, action: Action, topic: Topic | None, known: Facts) -> str | None:
    if actor.role is not Role.SYSTEM and known.actor_role != actor.role:
        return "not known in that role"
    if known.subject_role != Role.PARTICIPANT:
        return "not a participant"
    if actor.person == known.subject:
        return None if action in _OWN else "not for oneself"
    rule = _RULES.get((actor.role, action))
    return "no rule allows it" if rule is None else rule(actor, topic, known)


_Rule: TypeAlias = Callable[[Actor, Topic | None, Facts], str | None]


def _system(actor: Actor, _topic: Topic | None, _known: Facts) -> str | None:
    return None if actor == ENGINE else "not the engine"


def _coach(_actor: Actor, _topic: Topic | None, known: Facts) -> str | None:
    return None if known.coached else "not on their panel"


def _circle(_actor: Actor, _topic: Topic | None, known: Facts) -> str | None:
    together = (known.friends or known.team_mates) and not known.blocked
    return None if together else "not in their circle"


def _consent(actor: Actor, topic: Topic | None, known: Facts) -> str | None:
    if topic is None:
        return "no topic named"
    if topic not in OFFERED[_VIEWERS[actor.role]]:
        return f"{topic} is never shown to them"
    return None if known.granted else f"no consent to {topic}"


def _both(first: _Rule, second: _Rule) -> _Rule:
    def rule(actor: Actor, topic: Topic | None, known: Facts) -> str | None:
        return first(actor, topic, known) or second(actor, topic, known)

    return rule


#: What is about no person, and who may do it.
OF_STAFF: Final[Mapping[Action, tuple[Role, ...]]] = {
    Action.OPERATE: (Role.OPERATOR,),
    Action.COACH: (Role.COACH,),
    Action.PROPOSE: (Role.OPERATOR, Role.COACH),
    Action.HANDLE_GIFTS: (Role.OPERATOR, Role.SPONSOR),
}

#: What participants may do with what is theirs.
_OWN: Final = frozenset({Action.KNOW, Action.SEE, Action.ANSWER, Action.SET})

#: What everyone else may do. A line that is not here is a refusal.
_RULES: Final[Mapping[tuple[Role, Action], _Rule]] = {
    (Role.PARTICIPANT, Action.KNOW): _circle,
    (Role.PARTICIPANT, Action.SEE): _both(_circle, _consent),
    (Role.PARTICIPANT, Action.CHEER): _both(_circle, _consent),
    (Role.COACH, Action.KNOW): _coach,
    (Role.COACH, Action.SEE): _both(_coach, _consent),
    (Role.COACH, Action.MESSAGE): _both(_coach, _consent),
    (Role.RESEARCHER, Action.SEE): _consent,
    (Role.RESEARCHER, Action.EXPORT): _consent,
    (Role.SYSTEM, Action.SEE): _system,
    (Role.SYSTEM, Action.MESSAGE): _system,
    (Role.SYSTEM, Action.SET): _system,
}

#: Which consent each role stands under.
_VIEWERS: Final[Mapping[Role, ViewerKind]] = {
    Role.PARTICIPANT: ViewerKind.CIRCLE,
    Role.COACH: ViewerKind.COACH,
    Role.RESEARCHER: ViewerKind.RESEARCH,
}

#: Which topic an action is about when it names none.
_IMPLIED: Final[Mapping[Action, Topic]] = {
    Action.CHEER: Topic.CIRCLE,
    Action.MESSAGE: Topic.MESSAGES,
}
