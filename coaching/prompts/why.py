"""Why this message came, in the participant's words: the data, the rule, the odds."""

from dataclasses import dataclass

from coaching.policies import ThompsonSampling
from coaching.prompts.decisions import Decision
from coaching.prompts.kind import Kind
from coaching.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Why:
    """What a page shows under "Why this?"."""

    data: str
    rule: str
    odds: str


def explain(decision: Decision, protocol: Protocol, due: str) -> Why:
    """Put a decision into words; `due` is its moment by the participant's clock, "13:00"."""
    policy = protocol.arms.get(decision.state.arm)
    if decision.policy == ThompsonSampling.name and isinstance(policy, ThompsonSampling):
        return Why(
            _data(decision),
            f"{_rule(decision, protocol, due)} {_learned_from(decision, policy)}",
            _learned_odds(decision, policy, protocol),
        )
    return Why(_data(decision), _rule(decision, protocol, due), _odds(decision))


def _data(decision: Decision) -> str:
    state = decision.state
    if state.steps_today is None or state.goal_steps is None:
        return "Your steps were not known yet."
    said = f"You had {state.steps_today:,} of {state.goal_steps:,} steps"
    lately = ""
    if state.steps_30min is not None:
        lately = f", {state.steps_30min:,} in the last half hour"
    late = " Your tracker was still catching up." if state.catching_up else ""
    return f"{said}{lately}.{late}"


def _rule(decision: Decision, protocol: Protocol, due: str) -> str:
    prompts = protocol.prompts
    share = f"{prompts.near_goal_share:.0%}"
    return {
        Kind.NEAR_GOAL: f"We may write once a day when you come to {share} of your goal:"
        f" that was at {due}.",
        Kind.REACHED: f"We may write when you reach your goal: that was at {due}.",
        Kind.AFTER_MISSED: f"We may write at {due} on the day after a goal was missed.",
        Kind.AFTER_REPLY: f"We may write {prompts.after_reply_min} minutes after an answer of"
        f" yours: that was at {due}.",
        Kind.INACTIVE: f"We may write after {prompts.inactive_min} minutes without a move of"
        f" your tracker: that was at {due}.",
        Kind.SCHEDULED: f"We may write each day at {due}, unless you are busy, resting or"
        " walking already.",
    }[Kind(decision.state.kind)]


def _odds(decision: Decision) -> str:
    if decision.probability == 1.0:
        return "At such a moment a message is always sent."
    share = f"{decision.probability:.0%}"
    return f"Chance decided: at such a moment a message is sent {share} of the time."


def _learned_from(decision: Decision, policy: ThompsonSampling) -> str:
    """Say what the odds look at, and what they were learned from."""
    looks_at = policy.looks_at()
    also = f" It also looks at {', '.join(looks_at)}." if looks_at else ""
    learned = decision.state.learned
    if learned is None or learned.points == 0:
        return "How often is learned each night; nothing was learned from your days yet." + also
    moments = (
        "one earlier moment" if learned.points == 1 else f"{learned.points} earlier moments"
    )
    return (
        f"How often was learned, up to last night, from {moments} of yours: how many steps you"
        f" walked in the half hour after it, with a message and without.{also}"
    )


def _learned_odds(decision: Decision, policy: ThompsonSampling, protocol: Protocol) -> str:
    said = _odds(decision)
    if decision.state.days_in < policy.first_days:
        return f"{said} That is so for everyone in their first {policy.first_days} days."
    bounds = protocol.bounds
    low, high = f"{bounds.lowest_odds:.0%}", f"{bounds.highest_odds:.0%}"
    return f"{said} It is never less than {low} and never more than {high}."
