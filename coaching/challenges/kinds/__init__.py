"""The kinds of challenge. One is data in the protocol; each sibling file is a kind."""

from typing import TypeAlias

from coaching.challenges.kinds.duel import Duel
from coaching.challenges.kinds.journey import Journey, Waypoint
from coaching.challenges.kinds.pairing import Pairing
from coaching.challenges.kinds.pool import Pool
from coaching.challenges.kinds.relay import Relay
from coaching.challenges.kinds.streak import Streak
from coaching.challenges.kinds.team_goal import TeamGoal

Terms: TypeAlias = TeamGoal | Pool | Pairing | Relay | Streak | Duel | Journey

__all__ = [
    "Duel",
    "Journey",
    "Pairing",
    "Pool",
    "Relay",
    "Streak",
    "TeamGoal",
    "Terms",
    "Waypoint",
]
