"""Red flags, who watches, and what is measured at home."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from analytics.scores import Reading
from coaching import home
from coaching.door import Door
from coaching.safety import tickets, watch
from coaching.safety.tickets import Step, Ticket
from coaching.safety.watch import Watch


class Safety(Door):
    """Red flags, who watches, and what is measured at home."""

    def red_flags(self, db: Connection, participants: Collection[str]) -> list[Ticket]:
        """Return the red flags of these people that no human has closed, the oldest first."""
        return tickets.unresolved(db, participants)

    def audit_of(self, db: Connection, ticket_id: int) -> list[Step]:
        """Return every step that was taken with a red flag."""
        return tickets.steps(db, ticket_id)

    def watch(self, db: Connection, participant: str, now_us: int) -> Watch:
        """Return who watches over a participant, and when."""
        return watch.over(db, participant, self.protocol.safety, now_us)

    def measurement(
        self, db: Connection, participant: str, since_us: int, now_us: int
    ) -> list[home.Step]:
        """Return how far a guided measurement has come since it was begun."""
        return home.walk(db, participant, self.protocol.home, since_us, now_us)

    def measured(self, db: Connection, participant: str, now_us: int) -> list[Reading]:
        """Return the last four weeks' readings, the latest first."""
        return home.readings(db, participant, now_us)

    def summed_up(self, latest_first: Sequence[Reading]) -> list[home.Summary]:
        """Return what readings add up to, for a coach and a clinician."""
        return home.summaries(latest_first, self.protocol.home)
