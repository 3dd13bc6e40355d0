"""Points, and what they gave."""

from sqlalchemy import Connection

from coaching.door import Door
from coaching.giving import points, sponsors
from coaching.giving.sponsors import Gift, Impact
from coaching.giving.standing import GivingState, standing


class Giving(Door):
    """Points, and what they gave."""

    def points(self, db: Connection, participant: str) -> int:
        """Return all points ever earned."""
        return points.balance(db, participant)

    def giving(self, db: Connection, participant: str) -> GivingState:
        """Return what the points have given and how far the next gift is."""
        return standing(db, participant, self.protocol.giving.threshold_points)

    def impact(self, db: Connection, sponsor: str) -> list[Impact]:
        """Return what became of a sponsor's pledges, by cause."""
        return sponsors.impact(db, sponsor)

    def gifts(self, db: Connection, sponsor: str) -> list[Gift]:
        """Return the gifts of a sponsor's causes, the latest first, without their givers."""
        return sponsors.gifts_of(db, sponsor)

    def impacts(self, db: Connection) -> list[Impact]:
        """Return what became of everything that was pledged, by cause."""
        return sponsors.impacts(db)

    def all_gifts(self, db: Connection) -> list[Gift]:
        """Return every gift, the latest first, without its giver."""
        return sponsors.all_gifts(db, self.protocol.giving.causes)

    def causes(self) -> dict[str, str]:
        """Return what may be given to, in words, by id."""
        return dict(self.protocol.giving.causes)
