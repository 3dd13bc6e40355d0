"""Why this message came, in the participant's words: the data, the rule, the odds."""

from dataclasses import dataclass

from coaching.decisions import Decision
from coaching.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Why:
    """What a page shows under "Why this?"."""

    data: str
    rule: str
    odds: str


def explain(decision: Decision, protocol: Protocol, due: str) -> Why:
    """Put a decision into words; `due` is its moment by the participant's clock, "13:00"."""
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
    if decision.state.kind == "near_goal":
        share = protocol.prompts.near_goal_share
        return (
            f"We write once a day when you come to {share:.0%} of your goal: that was at {due}."
        )
    if decision.state.kind == "after_missed":
        return f"We write at {due} on the day after a goal was missed."
    return f"We may write each day at {due}, unless you are busy, resting or walking already."


def _odds(decision: Decision) -> str:
    if decision.probability == 1.0:
        return "At such a moment a message is always sent."
    share = f"{decision.probability:.0%}"
    return f"Chance decided: at such a moment a message is sent {share} of the time."
