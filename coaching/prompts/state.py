"""What a decision sees: written down whole, so that it can be made again."""

from enum import StrEnum

import msgspec


class Worn(StrEnum):
    """What the latest minute with data said."""

    NO_DATA = "no_data"
    STILL = "still"
    MOVING = "moving"
    NOT_WORN = "not_worn"
    FAULT = "fault"


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """What had been learned of this person: what a message adds, as a normal distribution."""

    version: int
    points: int  # decisions it was learned from
    mean: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]


class State(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything the rules, the policy and the choice of words look at.

    What is added to it later has a default, which is not written: old records stay as they are.
    """

    participant: str
    counter: int  # of this person's decisions, from 0
    arm: str
    kind: str  # a Kind
    occasion: str  # which messages fit
    language: str
    due_us: int
    at_us: int  # when it was decided
    epoch_us: int | None = None  # near the goal: the minute that brought it there
    # the person's choices and what reached them lately
    minute_of_day: int
    quiet_start_minute: int
    quiet_end_minute: int
    handed_over: bool  # a red flag is open
    paused: bool
    snoozed: bool  # this occasion, or everything
    last_push_us: int | None
    pushes_today: int
    most_pushes: int
    used: tuple[str, ...]  # messages within the novelty time
    # the body, as known when it was decided
    last_data_us: int | None
    worn: Worn
    still_min: int  # without one moving minute up to the due time
    steps_30min: int | None
    steps_2h: int | None
    steps_today: int | None
    goal_steps: int | None
    catching_up: bool
    # the study so far
    days_in: int = 0  # local days since they joined
    dose: float = 0.0  # of messages: 0.95 of it stays from one decision to the next
    learned: Learned | None = None  # none: nothing yet

    @property
    def to_go(self) -> int | None:
        """Steps that are missing, or None when nobody can know."""
        if self.steps_today is None or self.goal_steps is None:
            return None
        return max(0, self.goal_steps - self.steps_today)
