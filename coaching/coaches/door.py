"""The directory of coaches, and how they are rated."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from coaching.coaches import directory, reputation
from coaching.coaches.directory import Listed
from coaching.coaches.reputation import Reputation
from coaching.door import Door
from people import registry


class Coaches(Door):
    """The directory of coaches, and how they are rated."""

    def verify(
        self,
        db: Connection,
        coach: str,
        credential: str,
        until: date,
        by: str,
        now_us: int,
    ) -> None:
        """Note a credential that somebody saw; raise NotKnown for who is no coach."""
        directory.verify(db, coach, credential, until, by, now_us)

    def assign(
        self, db: Connection, participant: str, coach: str, today: date, now_us: int
    ) -> None:
        """Put a participant on a coach's panel; raise Conflict for one who is not verified."""
        directory.assign(db, participant, coach, today, now_us)

    def coaches(self, db: Connection, today: date) -> list[Listed]:
        """Return every verified coach."""
        return directory.listed(db, today)

    def matching(
        self, coaches: Sequence[Listed], language: str, topic: str | None = None
    ) -> list[Listed]:
        """Return coaches, those first who have room and speak a language."""
        return directory.matches(coaches, language, topic)

    def reputation(self, db: Connection, coach: str) -> Reputation:
        """Return what is shown of a coach: nothing but the count below thirty responses."""
        return reputation.of_coach(db, coach)

    def to_rate(self, db: Connection, participant: str, now_us: int) -> tuple[str, ...]:
        """Return the coaches of whom to ask a participant how they do."""
        coaches = registry.coaches_of(db, participant, now_us)
        return reputation.asked(db, participant, coaches, now_us)
