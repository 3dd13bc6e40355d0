"""Friends and teams: feed, cheers, invitations, interactions, people like you."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from coaching import members
from coaching.circles import cohort, feed, interactions, invites, moderation, together
from coaching.circles.cohort import Cohort
from coaching.circles.feed import Entry
from coaching.circles.interactions import Contact, InTouch
from coaching.circles.invites import Invite as Invited
from coaching.circles.moderation import Report as Reported
from coaching.circles.together import Cheer
from coaching.door import Door
from people.authorize import Topic


class Circles(Door):
    """Friends and teams: feed, cheers, invitations, interactions, people like you."""

    def cheers(self, db: Connection, participant: str, since_us: int) -> list[Cheer]:
        """Return who cheered a participant, the latest first."""
        return together.cheers_for(db, participant, since_us)

    def feed(self, db: Connection, participant: str, now_us: int) -> list[Entry]:
        """Return what a participant sees of their circle, the latest first."""
        return feed.read(db, participant, now_us)

    def invitations(self, db: Connection, participant: str) -> list[Invited]:
        """Return someone's invitations; who came by them stands nowhere."""
        return invites.made_by(db, participant)

    def is_good_invite(self, db: Connection, hashed: str, now_us: int) -> bool:
        """Tell whether an invitation may still be accepted."""
        return invites.good(db, hashed, now_us) is not None

    def reports(self, db: Connection) -> list[Reported]:
        """Return the reported comments that wait for someone to look at them."""
        return moderation.queue(db)

    def contact(
        self, db: Connection, participant: str, topics: Collection[Topic], now_us: int
    ) -> Contact | None:
        """Return someone's interactions of these topics so far; None for a stranger."""
        member = members.one(db, participant)
        if member is None:
            return None
        since_us = {participant: member.enrolled_us}
        (found,) = interactions.contacts(db, {participant: topics}, since_us, now_us)
        return found

    def in_touch(
        self, db: Connection, topics: Mapping[str, Collection[Topic]], now_us: int
    ) -> InTouch:
        """Return the interactions of enrolled people, of each one's own topics, a year."""
        enrolled = members.read(db, topics)
        since_us = {who: member.enrolled_us for who, member in enrolled.items()}
        return interactions.in_touch(interactions.contacts(db, topics, since_us, now_us))

    def cohort(self, db: Connection, participant: str) -> Cohort:
        """Return someone's own progress, and that of others alike."""
        return cohort.cohort(db, participant)
