"""What is done with challenges."""

from datetime import date

from coaching.acts.act import Act


class StartChallenge(Act, frozen=True, kw_only=True):
    """Start one of the study's challenges, for one's team or with a friend, and join it."""

    offer: str
    first_day: date
    team: str | None = None  # none: one's first
    to: str | None = None  # the friend, of a duel


class ProposeChallenge(Act, frozen=True, kw_only=True):
    """Open a challenge to teams; `participant` is the operator who does."""

    offer: str
    first_day: date
    teams: tuple[str, ...] = ()  # none: every team


class JoinChallenge(Act, frozen=True, kw_only=True):
    """Opt into a challenge."""

    challenge: str


class LeaveChallenge(Act, frozen=True, kw_only=True):
    """Opt out of it."""

    challenge: str
