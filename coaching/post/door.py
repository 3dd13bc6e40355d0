"""What reaches people: inbox, drafts, addresses, approved words."""

from collections.abc import Collection

from sqlalchemy import Connection

from coaching.door import Door
from coaching.post import addresses, drafts, inbox
from coaching.post.addresses import Address
from coaching.post.items import InboxItem, items
from coaching.post.message import Message
from coaching.requests import coach_messages
from coaching.requests.coach_messages import Template


class Post(Door):
    """What reaches people: inbox, drafts, addresses, approved words."""

    def inbox(self, db: Connection, participant: str, now_us: int) -> list[InboxItem]:
        """Return what a participant finds now, the latest first."""
        found = inbox.open_to(db, participant, now_us)
        return items(db, participant, found, self.protocol)

    def sent(self, db: Connection, participant: str, limit: int = 20) -> list[InboxItem]:
        """Return prompts and replies, the latest first, also when they are over."""
        found = inbox.sent_to(db, participant, limit)
        return items(db, participant, found, self.protocol)

    def latest(self, db: Connection, participants: Collection[str]) -> dict[str, Message]:
        """Return the last message that each of these people was sent, by one query."""
        return inbox.latest_of(db, participants)

    def drafts(
        self, db: Connection, participants: Collection[str], now_us: int
    ) -> list[Message]:
        """Return what the bot would write to these people, and a coach decides on."""
        return drafts.waiting(db, participants, now_us)

    def supervised(self, db: Connection, participants: Collection[str]) -> set[str]:
        """Return to whom of these people nothing of the bot goes unseen."""
        return drafts.among(db, participants)

    def reached_by(self, db: Connection, participant: str) -> list[Address]:
        """Return where a participant is notified."""
        return addresses.of(db, [participant]).get(participant, [])

    def templates(self) -> tuple[Template, ...]:
        """Return the messages a human coach may send."""
        return coach_messages.templates(self._grounds.library)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there are messages in."""
        return tuple(self._grounds.libraries)
