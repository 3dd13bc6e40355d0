"""A study's protocol, `study.toml`: everything a study may choose."""

from coaching.protocol.checks import BadProtocol, validate
from coaching.protocol.protocol import Protocol, canonical, digest, restore
from coaching.protocol.rules import EffectRules, GoalRule, PointRule, Triage

__all__ = [
    "BadProtocol",
    "EffectRules",
    "GoalRule",
    "PointRule",
    "Protocol",
    "Triage",
    "canonical",
    "digest",
    "restore",
    "validate",
]
