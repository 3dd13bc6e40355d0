"""A coach's desk: what they should know of whom, and who deals with it."""

from collections.abc import Collection

from sqlalchemy import Connection

from coaching import members
from coaching.coaches import changes, deals, flags, notes
from coaching.coaches.changes import Change
from coaching.coaches.deals import Deal
from coaching.coaches.evidence import gather
from coaching.coaches.flags import Flag
from coaching.coaches.notes import Note
from coaching.door import Door
from people.authorize import Topic


class Desk(Door):
    """A coach's desk: what they should know of whom, and who deals with it."""

    def flags(
        self, db: Connection, participants: Collection[str], now_us: int
    ) -> dict[str, list[Flag]]:
        """Return what a coach should know of those who are enrolled, the worst first."""
        known = gather(db, members.read(db, participants), self.protocol, now_us)
        rules = self.protocol.triage
        return {who: flags.raise_flags(each, rules) for who, each in known.items()}

    def notes(self, db: Connection, participant: str) -> list[Note]:
        """Return what coaches wrote down about a person, the latest first."""
        return notes.of(db, participant)

    def deals(
        self, db: Connection, participants: Collection[str], now_us: int
    ) -> dict[str, Deal]:
        """Return who deals with whom of these people."""
        return deals.standing(db, participants, now_us)

    def looked_us(self, db: Connection, coach: str, participant: str) -> int | None:
        """Return when a coach last looked at a person's page; none: never."""
        return changes.looked_us(db, coach, participant)

    def changes(
        self, db: Connection, participant: str, since_us: int, topics: Collection[Topic]
    ) -> list[Change]:
        """Return what is new of a person, of these topics."""
        return changes.since(db, participant, since_us, topics)
