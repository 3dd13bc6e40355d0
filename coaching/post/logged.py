"""What the coach decided of a person, and what became of it."""

from dataclasses import dataclass

from sqlalchemy import Connection

from coaching.post import inbox
from coaching.post.message import Message
from coaching.prompts import decisions
from coaching.prompts.decisions import Decision
from coaching.prompts.reason import WORDS, Reason
from people.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Logged:
    """A decision and the message it sent, with what became of that."""

    decision: Decision
    message: Message | None

    @property
    def against(self) -> tuple[Sentence, ...]:
        """What spoke against a message, in words."""
        return tuple(WORDS[Reason(each)] for each in self.decision.reasons)


def latest(db: Connection, participant: str, limit: int) -> list[Logged]:
    """Return decisions, sent or not, the latest first."""
    made = decisions.of_person(db, participant, limit)
    counters = [decision.state.counter for decision in made if decision.template]
    sent = inbox.of_decisions(db, participant, counters)
    return [Logged(decision, sent.get(decision.state.counter)) for decision in made]
