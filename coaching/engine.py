"""The coach's door: everything the hub and the web may ask of it.

Each call is a function of the database, the protocol and the time it is given. Queries do not
authorize: whoever shows something asks `people.authorize` first. `act` asks it itself. Each
topic brings a door of its own.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from analytics.scores import DayFact
from coaching import agenda, choices, enrolling, locks, members, requests, rounds
from coaching.acts.act import Act, Outcome
from coaching.challenges.door import Challenges
from coaching.choices import Choices
from coaching.circles.door import Circles
from coaching.circles.interactions import Contact
from coaching.coaches.deals import Deal
from coaching.coaches.desk import Desk
from coaching.coaches.door import Coaches
from coaching.coaches.flags import Flag
from coaching.days import observing
from coaching.days.door import Days
from coaching.days.goals import Goal, Verdict
from coaching.features import Feature
from coaching.giving.door import Giving
from coaching.grounds import Grounds
from coaching.locks import Lock
from coaching.messages import library
from coaching.messages.library import Library, linted
from coaching.post.door import Post
from coaching.post.items import InboxItem
from coaching.post.message import Message
from coaching.prompts.door import Prompts
from coaching.prompts.state import State
from coaching.protocol import Protocol
from coaching.questionnaires.door import Questionnaires
from coaching.requests import read as read_act
from coaching.safety.door import Safety
from coaching.safety.tickets import Ticket
from people.authorize import Actor

__all__ = [
    "Contact",
    "Deal",
    "Engine",
    "Feature",
    "Flag",
    "Goal",
    "InboxItem",
    "Message",
    "Protocol",
    "State",
    "Ticket",
    "Verdict",
    "linted",
    "read_act",
]


class Engine(
    Days,
    Prompts,
    Post,
    Giving,
    Challenges,
    Circles,
    Coaches,
    Desk,
    Questionnaires,
    Safety,
):
    """One study's coach."""

    def __init__(
        self, protocol: Protocol, *, site_seed: int, messages: Library | None = None
    ) -> None:
        translations = () if messages else [library.load(each) for each in library.TRANSLATED]
        words = messages or library.load()
        super().__init__(Grounds(protocol, words, site_seed, translations))

    def locks(self, db: Connection) -> list[Lock]:
        """Return when the protocol was locked, the latest first."""
        return locks.history(db)

    def arms_in_use(self, db: Connection) -> set[str]:
        """Return the arms that somebody is in: a protocol without one of them cannot follow."""
        return members.arms_in_use(db)

    def last_end_us(self, db: Connection) -> int | None:
        """Return when the study ends for the last who is in it; None while nobody is."""
        return members.last_end_us(db)

    def check_lock(self, db: Connection) -> None:
        """Raise ProtocolChanged when another protocol than this one was locked."""
        locks.check(db, self.protocol_digest)

    @property
    def protocol_digest(self) -> str:
        """The hash by which decisions and goals name the protocol."""
        return self._grounds.protocol_digest

    def enrol(
        self, db: Connection, participant: str, now_us: int, arm: str, cause: str | None = None
    ) -> None:
        """Take a participant in; one who is in stays as they are.

        Raises Conflict for an arm or a cause that the protocol does not have.
        """
        enrolling.enrol(db, participant, arm, cause, self._grounds, now_us)

    def observe(self, db: Connection, facts: Sequence[DayFact], now_us: int) -> set[str]:
        """Draw the consequences of days that changed; return for whom a page would change."""
        return observing.observe(db, facts, self._grounds, now_us)

    def tick(self, db: Connection, now_us: int) -> set[str]:
        """Do what has fallen due; return for whom a page would change."""
        return rounds.tick(db, self._grounds, now_us)

    def next_due_us(self, db: Connection) -> int | None:
        """Return when `tick` has something to do next."""
        return agenda.next_due_us(db)

    def act(self, db: Connection, actor: Actor, act: Act, now_us: int) -> Outcome:
        """Let a person's request take effect; raise Refused when they may not."""
        return requests.perform(db, actor, act, self._grounds, now_us)

    def choices(self, db: Connection, participant: str, now_us: int) -> Choices | None:
        """Return what a participant has chosen for themselves; None for a stranger."""
        return choices.chosen(db, participant, self.protocol, now_us)
