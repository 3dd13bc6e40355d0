"""What a study's choices must hold to, each with the key at fault."""

from typing import Any, TypeAlias

import msgspec

from coaching.challenges.kinds import Pairing
from coaching.policies import MicroRandomised, ThompsonSampling
from coaching.policies.thompson_sampling import OUTCOME_MIN
from coaching.prompts.kind import RESERVED
from coaching.protocol.protocol import Protocol
from coaching.protocol.rules import Attention, EffectRules, GoalRule, Triage
from coaching.questionnaires import instruments
from coaching.safety.rules import Safety

Step: TypeAlias = str | int


class BadProtocol(ValueError):
    """The protocol cannot be used; `path` leads to the key at fault."""

    def __init__(self, path: tuple[Step, ...], message: str) -> None:
        super().__init__(f"{'.'.join(map(str, path)) or 'protocol'}: {message}")
        self.path = path
        self.message = message


def validate(protocol: Protocol) -> None:
    """Raise BadProtocol for the first choice that contradicts another or common sense."""
    for path, holds, message in _checks(protocol):
        if not holds:
            raise BadProtocol(path, message)
    tree = msgspec.to_builtins(protocol)
    for key in protocol.assumed:
        if not _holds_key(tree, key.split(".")):
            raise BadProtocol(("assumed",), f"{key} is no key of this protocol")


_Check: TypeAlias = tuple[tuple[Step, ...], bool, str]


def _checks(protocol: Protocol) -> list[_Check]:
    return [
        (("weeks",), 1 <= protocol.weeks <= 520, "a study lasts 1 to 520 weeks"),
        (("arms",), bool(protocol.arms), "a study has at least one arm"),
        *_goal_checks(protocol.goal),
        *_point_checks(protocol),
        *_prompt_checks(protocol),
        *_odds_checks(protocol),
        *_triage_checks(protocol.triage),
        *_effect_checks(protocol.effect),
        *_safety_checks(protocol.safety),
        *_taper_checks(protocol),
        *_questionnaire_checks(protocol),
        *_challenge_checks(protocol),
        (
            ("interactions_a_year",),
            0 <= protocol.interactions_a_year.fewest <= protocol.interactions_a_year.most,
            "fewest <= most does not hold",
        ),
    ]


def _goal_checks(goal: GoalRule) -> list[_Check]:
    band = 0 < goal.lowest_steps <= goal.baseline_steps <= goal.highest_steps
    return [
        (("goal", "baseline_steps"), band, "lowest <= baseline <= highest does not hold"),
        (("goal", "percentile"), 0 < goal.percentile <= 1, "a percentile is a share of 1"),
        (("goal", "fewest_days"), 1 <= goal.fewest_days <= goal.most_days, "1 to most_days"),
        (("goal", "hold_days"), goal.hold_days >= 0, "cannot be negative"),
    ]


def _point_checks(protocol: Protocol) -> list[_Check]:
    rules = [
        (("points", name), rule.is_sound(), "pays nothing, or asks for too much at once")
        for name, rule in protocol.points.items()
    ]
    giving = protocol.giving
    return [
        *rules,
        (("giving", "threshold_points"), giving.threshold_points > 0, "must be positive"),
        (("giving", "pledged_vouchers"), giving.pledged_vouchers > 0, "must be positive"),
        (("giving", "causes"), bool(giving.causes), "name at least one cause"),
    ]


def _prompt_checks(protocol: Protocol) -> list[_Check]:
    prompts, hours = protocol.prompts, protocol.availability
    occasions = [slot.occasion for slot in prompts.schedule]
    reserved = RESERVED & set(occasions)
    minutes = min(hours.prompted_min, hours.fresh_data_min, hours.asleep_still_min)
    return [
        (
            ("prompts", "schedule"),
            len({*occasions}) == len(occasions),
            "an occasion comes twice",
        ),
        (("prompts", "schedule"), not reserved, "this occasion has no set time"),
        (("prompts", "inactive_min"), 20 <= (prompts.inactive_min or 60) <= 180, "20 to 180"),
        (("prompts", "after_reply_min"), (prompts.after_reply_min or 0) >= 0, "not negative"),
        (("prompts", "near_goal_share"), 0 < prompts.near_goal_share < 1, "a share of 1"),
        (("prompts", "expiry_min"), prompts.expiry_min > 0, "must be positive"),
        (("prompts", "coach_expiry_h"), prompts.coach_expiry_h > 0, "must be positive"),
        (("prompts", "novelty_h"), prompts.novelty_h >= 0, "cannot be negative"),
        (("availability",), minutes >= 0, "minutes cannot be negative"),
        *_attention_checks(protocol.attention),
    ]


def _attention_checks(attention: Attention) -> list[_Check]:
    return [
        (("attention", "pushes_a_day"), attention.pushes_a_day >= 0, "not negative"),
        (("attention", "not_now_h"), attention.not_now_h > 0, "must be positive"),
        (("attention", "not_this_kind_days"), attention.not_this_kind_days > 0, "positive"),
    ]


def _odds_checks(protocol: Protocol) -> list[_Check]:
    low, high = protocol.bounds.lowest_odds, protocol.bounds.highest_odds
    arms = [
        (("arms", name, "odds"), low <= arm.odds <= high, f"outside {low} to {high}")
        for name, arm in protocol.arms.items()
        if isinstance(arm, MicroRandomised)
    ]
    learned = [
        (("arms", name, key), holds, message)
        for name, arm in protocol.arms.items()
        if isinstance(arm, ThompsonSampling)
        for key, holds, message in arm.checks(protocol.bounds)
    ]
    return [
        (("bounds", "lowest_odds"), 0 < low <= high < 1, "0 < lowest <= highest < 1"),
        *arms,
        *learned,
        *(
            (("features", name), low <= odds <= high, f"outside {low} to {high}")
            for name, odds in protocol.features.items()
        ),
    ]


def _effect_checks(effect: EffectRules) -> list[_Check]:
    floors = min(effect.fewest_people, effect.fewest_points, effect.fewest_effective)
    return [
        (("effect",), floors >= 1, "a floor is at least 1"),
        (("effect", "fewest_minutes"), 1 <= effect.fewest_minutes <= OUTCOME_MIN, "1 to 30"),
    ]


def _triage_checks(triage: Triage) -> list[_Check]:
    order = 0 < triage.no_data_watch_h <= triage.no_data_alert_h
    share = 0 < triage.falling_share < 1
    return [
        (("triage", "no_data_watch_h"), order, "watch comes before alert"),
        (("triage", "falling_share"), share, "a share of 1"),
        (("triage", "fewest_norm_days"), triage.fewest_norm_days > 0, "must be positive"),
        (("triage", "recent_days"), triage.recent_days > 0, "must be positive"),
        (("triage", "lost_notifications"), triage.lost_notifications > 0, "must be positive"),
    ]


def _challenge_checks(protocol: Protocol) -> list[_Check]:
    found: list[_Check] = [
        (("challenges", *path), False, message)
        for path, message in protocol.challenges.unsound()
    ]
    return found + [
        (
            ("challenges", "offers", name, "cause"),
            offer.cause in protocol.giving.causes,
            "this study has no such cause",
        )
        for name, offer in protocol.challenges.offers.items()
        if isinstance(offer, Pairing)
    ]


def _safety_checks(safety: Safety) -> list[_Check]:
    return [(("safety", *path), False, why) for path, why in safety.unsound()]


def _questionnaire_checks(protocol: Protocol) -> list[_Check]:
    found = instruments.complaints(protocol.questionnaires)
    return [(("questionnaires", name), False, why) for name, why in found]


def _taper_checks(protocol: Protocol) -> list[_Check]:
    taper = protocol.taper
    return [
        (("taper", "weeks"), 0 <= taper.weeks <= protocol.weeks, "0 to all weeks"),
        (("taper", "watch_weeks"), 0 <= taper.watch_weeks <= 52, "0 to 52"),
        (("taper", "norm_days"), 1 <= taper.norm_days <= 60, "1 to 60"),
        (("taper", "falling_share"), 0 < taper.falling_share < 1, "a share of 1"),
    ]


def _holds_key(tree: Any, path: list[str]) -> bool:  # noqa: ANN401 - a tree of builtins
    if not path:
        return True
    return isinstance(tree, dict) and path[0] in tree and _holds_key(tree[path[0]], path[1:])
