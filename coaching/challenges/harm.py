"""The harm guard: no board for someone whose own steps fell since they began to look at one.

In a study of leaderboards the most active walked 630 steps a day less (Fitbit); so a board that
does harm is hidden from that person, by a rule that is the same for everyone.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

import msgspec

from coaching.challenges.effort import Day


class HarmRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a board is hidden."""

    falling_share: float  # of the own norm
    recent_days: int
    norm_days: int  # before the board was joined
    fewest_days: int  # with steps known, in either span

    def is_sound(self) -> bool:
        """Tell whether its numbers make sense."""
        spans = 0 < self.fewest_days <= min(self.recent_days, self.norm_days)
        return spans and 0 < self.falling_share < 1


def harms(days: Sequence[Day], joined: date, today: date, rule: HarmRule) -> bool:
    """Tell whether the latest full days fell below the norm of those before the board.

    Both are medians of days worn long enough and known to the end; today is never among them,
    nor is a paused day. With too few days on either side nothing is said, so nothing is hidden.
    """
    told = [
        (day.day, day.steps)
        for day in days
        if day.steps is not None and day.valid and day.settled and not day.paused
    ]
    first = max(joined, today - timedelta(days=rule.recent_days))
    before = [steps for day, steps in told if day < joined][-rule.norm_days :]
    since = [steps for day, steps in told if first <= day < today]
    if min(len(before), len(since)) < rule.fewest_days:
        return False
    return median(since) <= (1 - rule.falling_share) * median(before)
