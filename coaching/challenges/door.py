"""Challenges, and which social features are on today."""

from datetime import date

from sqlalchemy import Connection

from coaching import features
from coaching.challenges import overview
from coaching.challenges.kinds import Terms
from coaching.challenges.overview import Overview
from coaching.challenges.teams import TeamChallenge, Teams, of_teams, proposable
from coaching.door import Door
from coaching.features import Feature
from people import registry


class Challenges(Door):
    """Challenges, and which social features are on today."""

    def challenges(self, db: Connection, participant: str, now_us: int) -> Overview:
        """Return the challenges a participant is in, may join and has carried to their aim."""
        with_boards = Feature.BOARD in self.features(db, participant, now_us)
        rules = self.protocol.challenges
        return overview.overview(db, participant, rules, now_us, with_boards=with_boards)

    def team_challenges(self, db: Connection, teams: Teams, today: date) -> list[TeamChallenge]:
        """Return the challenges that teams are in, or invited to, from a day on."""
        return of_teams(db, teams, self.protocol.challenges, today)

    def proposable(self) -> dict[str, Terms]:
        """Return the challenges that can be proposed to teams, by name."""
        return proposable(self.protocol.challenges)

    def features(self, db: Connection, participant: str, now_us: int) -> frozenset[Feature]:
        """Return which social features chance, or the study, has on for a person today."""
        return features.on(db, participant, registry.local_day(db, participant, now_us))
