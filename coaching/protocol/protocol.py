"""A study's choices, versioned and hashed."""

import hashlib
from datetime import date

import msgspec

from coaching.challenges.rules import ChallengeRules
from coaching.circles.interactions import Aim
from coaching.features import Feature
from coaching.home import BUNDLE, Stream
from coaching.policies import Bounds, Policy
from coaching.protocol.rules import (
    Attention,
    Availability,
    EffectRules,
    Giving,
    GoalRule,
    PointRule,
    Prompts,
    QuietHours,
    Table,
    Triage,
)
from coaching.questionnaires.instruments import Instrument
from coaching.safety.rules import Safety
from coaching.taper import Taper


class Protocol(Table, frozen=True, kw_only=True):
    """One version of one study."""

    name: str
    version: str
    title: str
    weeks: int
    ends: date | None = None  # for everybody, however many weeks they have had
    assumed: tuple[str, ...]  # dotted keys that no source gives
    arms: dict[str, Policy]
    goal: GoalRule
    points: dict[str, PointRule]
    giving: Giving
    prompts: Prompts
    availability: Availability
    quiet_hours: QuietHours
    attention: Attention
    triage: Triage
    safety: Safety
    taper: Taper
    questionnaires: dict[str, Instrument] = msgspec.field(default_factory=dict[str, Instrument])
    bounds: Bounds
    effect: EffectRules = EffectRules()
    challenges: ChallengeRules
    features: dict[Feature, float] = msgspec.field(default_factory=dict[Feature, float])
    home: tuple[Stream, ...] = BUNDLE  # what a guided measurement is made of, in order
    interactions_a_year: Aim = Aim(fewest=50, most=100)


def canonical(protocol: Protocol) -> bytes:
    """Return the same bytes for the same choices, whatever comments the file holds."""
    return msgspec.json.encode(protocol, order="sorted")


def restore(body: bytes) -> Protocol:
    """Read what `canonical` wrote."""
    return msgspec.json.decode(body, type=Protocol)


def digest(data: bytes) -> str:
    """Return the hash under which a decision names what it was made by."""
    return hashlib.sha256(data).hexdigest()
