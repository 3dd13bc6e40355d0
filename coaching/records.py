"""The door for research: all that the coach keeps of a participant, and how to make it again.

Nothing here asks who may see it: whoever hands something out asks `people.authorize` first.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, literal, select, union_all

from coaching import members
from coaching.challenges import membership
from coaching.challenges.membership import Played
from coaching.circles import together
from coaching.circles.tables import comments, feed, likes
from coaching.circles.together import Interaction
from coaching.days import goals as goals_of
from coaching.days.goals import Goal
from coaching.days.goals import Inputs as GoalInputs
from coaching.features import Drawn
from coaching.features import every_of as drawn_features
from coaching.giving.tables import cheers, points
from coaching.giving.vouchers import Voucher, vouchers_of
from coaching.learned import beliefs as beliefs_of
from coaching.learned.beliefs import Version
from coaching.learned.outcomes import Outcome
from coaching.members import Member
from coaching.own import said_and_done
from coaching.policies.belief import Belief
from coaching.policies.lessons import Seen
from coaching.post import inbox
from coaching.post.message import COACH, Message
from coaching.prompts import decisions as decisions_of
from coaching.prompts.decisions import Decision
from coaching.prompts.state import State
from coaching.protocol import Protocol, canonical, digest
from coaching.questionnaires import questions
from coaching.questionnaires.instruments import Entry, Instrument, codebook
from coaching.questionnaires.questions import Answer, Asked
from coaching.remaking import Document, Shelf
from coaching.safety.tickets import last_step as last_ticket_step
from coaching.safety.tickets import step as ticket_step
from coaching.safety.tickets import steps_after as ticket_steps
from coaching.tables import decisions as decision_table
from coaching.tables import documents as document_table
from coaching.tables import enrolments, messages
from coaching.tables import goals as goal_table
from coaching.tables import outcomes as outcome_table

__all__ = [
    "COACH",
    "Answer",
    "Asked",
    "Award",
    "Belief",
    "Decision",
    "Document",
    "Drawn",
    "Entry",
    "Gesture",
    "Goal",
    "GoalInputs",
    "Instrument",
    "Interaction",
    "Member",
    "Message",
    "Outcome",
    "Played",
    "Protocol",
    "Seen",
    "Shelf",
    "State",
    "Version",
    "Voucher",
    "answers",
    "asked",
    "awards",
    "beliefs",
    "codebook",
    "decisions",
    "document",
    "documents",
    "drawn_features",
    "enrolled",
    "gestures",
    "goals",
    "interactions",
    "last_ticket_step",
    "outcomes",
    "played",
    "said_and_done",
    "sent_and_unsent",
    "ticket_step",
    "ticket_steps",
    "vouchers",
]


@dataclass(frozen=True, slots=True)
class Award:
    """Points that a rule paid for a day."""

    rule: str
    day: date
    points: int
    at_us: int


@dataclass(frozen=True, slots=True)
class Gesture:
    """Something that one person did towards another."""

    kind: str  # "cheer" | "like" | "comment"
    to: str
    at_us: int


def enrolled(db: Connection) -> dict[str, Member]:
    """Return everyone who ever joined the study."""
    who = db.scalars(select(enrolments.c.participant).order_by(enrolments.c.participant))
    return members.read(db, who.all())


def decisions(db: Connection, participant: str, since: int = 0) -> Iterator[Decision]:
    """Yield a person's decisions from a counter on, sent or not, in order."""
    columns = decision_table.c
    query = select(decision_table).where(
        columns.participant == participant, columns.counter >= since
    )
    for row in db.execute(query.order_by(columns.counter)):
        yield decisions_of.from_row(row)


def goals(db: Connection, participant: str) -> Sequence[Goal]:
    """Return a person's goals, in order."""
    first_to_last = select(goal_table.c.day).where(goal_table.c.participant == participant)
    days = db.scalars(first_to_last.order_by(goal_table.c.day)).all()
    if not days:
        return []
    found = goals_of.between(db, [participant], days[0], days[-1])
    return found[participant][::-1]


def beliefs(db: Connection, participant: str) -> Iterator[Version]:
    """Yield what was believed of a person from night to night, policy by policy."""
    return beliefs_of.of_person(db, participant)


def outcomes(db: Connection, participant: str) -> Iterator[Outcome]:
    """Yield what followed a person's decisions, in order."""
    columns = outcome_table.c
    told = (columns[name] for name in Outcome.__slots__)
    query = select(*told).where(columns.participant == participant)
    for row in db.execute(query.order_by(columns.counter)):
        yield Outcome(*row)


def asked(db: Connection, participant: str) -> list[Asked]:
    """Return the questionnaires that were put to a person, in order."""
    return questions.asked_of(db, participant)


def answers(db: Connection, participant: str) -> list[Answer]:
    """Return what a person answered, in order."""
    return questions.answers_of(db, participant)


def played(db: Connection, participant: str) -> list[Played]:
    """Return the challenges a person joined, also those they left, in order."""
    return membership.played_by(db, participant)


def sent_and_unsent(db: Connection, participant: str) -> list[Message]:
    """Return everything that was ever written to a person, in order."""
    query = select(messages).where(messages.c.participant == participant)
    return inbox.read_all(db, query.order_by(messages.c.intended_us, messages.c.id))


def awards(db: Connection, participant: str) -> list[Award]:
    """Return the points a person was paid, in order."""
    columns = points.c
    query = select(columns.rule, columns.day, columns.points, columns.at_us)
    query = query.where(columns.participant == participant)
    return [Award(*row) for row in db.execute(query.order_by(columns.day, columns.rule))]


def vouchers(db: Connection, participant: str) -> Sequence[Voucher]:
    """Return what a person's points gave, in order."""
    return vouchers_of(db, participant)


def interactions(db: Connection, participant: str) -> list[Interaction]:
    """Return what a person did together with others, in order."""
    found = together.interactions_of(db, participant, since_us=0)
    return sorted(found, key=lambda each: (each.at_us, each.kind, each.about))


def gestures(db: Connection, participant: str) -> list[Gesture]:
    """Return what a person did towards others, answered or not, in order."""
    sent = select(literal("cheer"), cheers.c.receiver, cheers.c.at_us)
    liked = select(literal("like"), feed.c.author, likes.c.at_us).join(
        likes, likes.c.entry == feed.c.id
    )
    said = select(literal("comment"), feed.c.author, comments.c.at_us).join(
        comments, comments.c.entry == feed.c.id
    )
    done = union_all(
        sent.where(cheers.c.sender == participant),
        liked.where(likes.c.person == participant),
        said.where(comments.c.author == participant, comments.c.hidden_us.is_(None)),
    )
    found = [Gesture(*row) for row in db.execute(done)]
    return sorted(found, key=lambda each: (each.at_us, each.kind, each.to))


def documents(db: Connection, digests: Collection[str]) -> list[Document]:
    """Return documents by their hashes."""
    columns = document_table.c
    query = select(columns.digest, columns.kind, columns.body)
    query = query.where(columns.digest.in_(digests))
    return [Document(*row) for row in db.execute(query.order_by(columns.digest))]


def document(protocol: Protocol) -> Document:
    """Return a protocol as a document under its own hash."""
    body = canonical(protocol)
    return Document(digest(body), "protocol", body)
