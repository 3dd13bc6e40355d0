"""Why this message came, in the participant's words: the data, the rule, the odds."""

from dataclasses import dataclass

from coaching.policies import ThompsonSampling
from coaching.prompts.decisions import Decision
from coaching.prompts.kind import Kind
from coaching.protocol import Protocol
from people.sentence import Sentence, say, together


@dataclass(frozen=True, slots=True)
class Why:
    """What a page shows under "Why this?"."""

    data: Sentence
    rule: Sentence
    odds: Sentence


def explain(decision: Decision, protocol: Protocol, due: str) -> Why:
    """Put a decision into words; `due` is its moment by the participant's clock, "13:00"."""
    policy = protocol.arms.get(decision.state.arm)
    data, rule = _data(decision), _rule(decision, protocol, due)
    if decision.policy == ThompsonSampling.name and isinstance(policy, ThompsonSampling):
        learned = together([rule, *_learned_from(decision, policy)])
        return Why(data, learned, _learned_odds(decision, policy, protocol))
    return Why(data, rule, _odds(decision))


def _data(decision: Decision) -> Sentence:
    state = decision.state
    if state.steps_today is None or state.goal_steps is None:
        return say("Your steps were not known yet.")
    steps, goal = f"{state.steps_today:,}", f"{state.goal_steps:,}"
    had = say("You had %(steps)s of %(goal)s steps.", steps=steps, goal=goal)
    if state.steps_30min is not None:
        had = say(
            "You had %(steps)s of %(goal)s steps, %(lately)s in the last half hour.",
            steps=steps,
            goal=goal,
            lately=f"{state.steps_30min:,}",
        )
    if state.catching_up:
        return together([had, say("Your tracker was still catching up.")])
    return had


def _rule(decision: Decision, protocol: Protocol, due: str) -> Sentence:
    prompts = protocol.prompts
    return {
        Kind.NEAR_GOAL: say(
            "We may write once a day when you come to %(share)s of your goal:"
            " that was at %(due)s.",
            share=f"{prompts.near_goal_share:.0%}",
            due=due,
        ),
        Kind.REACHED: say(
            "We may write when you reach your goal: that was at %(due)s.", due=due
        ),
        Kind.AFTER_MISSED: say(
            "We may write at %(due)s on the day after a goal was missed.", due=due
        ),
        Kind.AFTER_REPLY: say(
            "We may write %(minutes)s minutes after an answer of yours: that was at %(due)s.",
            minutes=str(prompts.after_reply_min),
            due=due,
        ),
        Kind.INACTIVE: say(
            "We may write after %(minutes)s minutes without a move of your tracker:"
            " that was at %(due)s.",
            minutes=str(prompts.inactive_min),
            due=due,
        ),
        Kind.SCHEDULED: say(
            "We may write each day at %(due)s, unless you are busy, resting or walking"
            " already.",
            due=due,
        ),
    }[Kind(decision.state.kind)]


def _odds(decision: Decision) -> Sentence:
    if decision.probability == 1.0:
        return say("At such a moment a message is always sent.")
    return say(
        "Chance decided: at such a moment a message is sent %(share)s of the time.",
        share=f"{decision.probability:.0%}",
    )


def _learned_from(decision: Decision, policy: ThompsonSampling) -> list[Sentence]:
    """Say what the odds were learned from, and what they look at."""
    terms = policy.looks_at()
    also = [say("It also looks at %(terms)s.", terms=together(terms, ", "))] if terms else []
    learned = decision.state.learned
    if learned is None or learned.points == 0:
        yet = say("How often is learned each night; nothing was learned from your days yet.")
        return [yet, *also]
    if learned.points == 1:
        how = say(
            "How often was learned, up to last night, from one earlier moment of yours: how"
            " many steps you walked in the half hour after it, with a message and without."
        )
    else:
        how = say(
            "How often was learned, up to last night, from %(count)s earlier moments of yours:"
            " how many steps you walked in the half hour after it, with a message and without.",
            count=learned.points,
        )
    return [how, *also]


def _learned_odds(decision: Decision, policy: ThompsonSampling, protocol: Protocol) -> Sentence:
    if decision.state.days_in < policy.first_days:
        first = say(
            "That is so for everyone in their first %(days)s days.", days=policy.first_days
        )
        return together([_odds(decision), first])
    bounds = protocol.bounds
    within = say(
        "It is never less than %(low)s and never more than %(high)s.",
        low=f"{bounds.lowest_odds:.0%}",
        high=f"{bounds.highest_odds:.0%}",
    )
    return together([_odds(decision), within])
