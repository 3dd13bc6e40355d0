"""The tables of a study's file that no other part of the coach owns."""

from datetime import time

import msgspec

from coaching.prompts.reason import Reason


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file: a key it does not know is refused."""


class GoalRule(Table, frozen=True, kw_only=True):
    """The daily step goal: a percentile of the person's own recent days, within a band."""

    baseline_steps: int  # until there are enough valid days
    lowest_steps: int
    highest_steps: int
    percentile: float
    most_days: int
    fewest_days: int
    hold_days: int  # no rise so long after a pause


class PointRule(Table, frozen=True, kw_only=True):
    """Points for a day that comes to a share of the goal; each rule pays once a day.

    For a row or a team the whole goal counts. A row pays from its `in_a_row`-th day on; paused
    days are passed over. A team pays each who reached their goal while so many of it did.
    """

    points: int
    goal_share: float = 1.0
    in_a_row: int = 1
    team_share: float | None = None

    def is_sound(self) -> bool:
        """Tell whether it can pay."""
        share = self.team_share
        together = self.in_a_row > 1 or share is not None
        return (
            self.points > 0
            and (self.goal_share == 1 if together else 0 < self.goal_share <= 2)
            and self.in_a_row >= 1
            and (share is None or (0 < share <= 1 and self.in_a_row == 1))
        )


class Giving(Table, frozen=True, kw_only=True):
    """What the points give, and to whom."""

    threshold_points: int
    gift: str
    pledged_vouchers: int  # what the sponsor pays for, each cause
    causes: dict[str, str]  # id -> words


class SetTime(Table, frozen=True, kw_only=True):
    """A decision point at a time of the local day."""

    occasion: str  # which messages fit
    at: time


class Prompts(Table, frozen=True, kw_only=True):
    """When the coach considers writing."""

    schedule: tuple[SetTime, ...]
    near_goal_share: float
    near_goal_ignores: tuple[Reason, ...] = ()  # what does not count there, nor at the goal
    reached: bool = False  # words on reaching the goal
    after_missed_at: time | None = None  # none: a missed day brings no prompt
    after_reply_min: int | None = None  # so long after an answer; none: it brings no prompt
    inactive_min: int | None = None  # worn and still for so long; none: nobody is looked at
    expiry_min: int  # a prompt nobody opened is taken back, one decided later is not sent
    novelty_h: int  # no wording twice within
    snooze_most_min: int
    coach_expiry_h: int  # a coach's own message stays so long


class Availability(Table, frozen=True, kw_only=True):
    """When a prompt would be useless or unkind."""

    version: int
    prompted_min: int
    fresh_data_min: int
    walking_steps_30min: int
    active_steps_2h: int
    asleep_still_min: int


class QuietHours(Table, frozen=True, kw_only=True):
    """The default; a participant may choose others."""

    start: time
    end: time


class Attention(Table, frozen=True, kw_only=True):
    """One budget for the bot, coaches and peers together."""

    pushes_a_day: int
    not_now_h: int  # who answers "not now" is left alone so long
    not_this_kind_days: int  # and of a kind they do not want they hear nothing so long


class Triage(Table, frozen=True, kw_only=True):
    """When a coach should look, against the person's own norm."""

    no_data_watch_h: int
    no_data_alert_h: int
    falling_share: float
    recent_days: int
    norm_days: int
    fewest_norm_days: int
    resting_above_watch_bpm: int
    resting_above_alert_bpm: int
    unanswered_prompts: int
    lost_notifications: int  # in a row, without a receipt
    missed_days: int


class EffectRules(Table, frozen=True, kw_only=True):
    """Below which floors nothing is told of an effect."""

    version: int = 1
    fewest_people: int = 11
    fewest_points: int = 100  # decisions left to chance
    fewest_effective: int = 50  # sample size of a value under other odds
    fewest_minutes: int = 24  # of the thirty after a decision, counted
