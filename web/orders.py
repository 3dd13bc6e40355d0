"""What an operator may ask of the hub, and what comes back."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

import msgspec

from people.registry import Role
from people.sentence import Sentence, Value


class _Order(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag=True):
    """One request of somebody who runs the hub."""


class TakeIn(_Order, frozen=True, kw_only=True):
    """Take somebody in. A participant shares nothing until they say so themselves."""

    name: str
    role: Role
    zone: str = "UTC"  # a participant's
    age_years: int | None = None
    arm: str | None = None  # none: the study's first
    coach: str | None = None


class GiveDevice(_Order, frozen=True, kw_only=True):
    """Let a participant wear a device; what it said since then becomes theirs."""

    device: str
    participant: str
    since_us: int | None = None  # none: from now on


class CommandDevice(_Order, frozen=True, kw_only=True):
    """Have a gateway do something with a device."""

    device: str
    kind: Literal["alert", "restart", "forget_bond"]


class FindDevice(_Order, frozen=True, kw_only=True):
    """Let a device that somebody wears now ring until they have it, or be silent again."""

    participant: str
    device: str
    ring: bool = True


class PairDevice(_Order, frozen=True, kw_only=True):
    """Pair a device that nobody wears with its gateway, by the number that it shows."""

    participant: str
    device: str
    passkey: Annotated[int, msgspec.Meta(ge=0, le=999_999)]


class PutOn(_Order, frozen=True, kw_only=True):
    """Wear a device that nobody wears, from now on."""

    participant: str
    device: str


class RetryLetters(_Order, frozen=True):
    """Try all messages again that nobody could use."""


class Leave(_Order, frozen=True, kw_only=True):
    """Erase all of a participant: of themselves, or for them by who runs the hub."""

    participant: str


class UseStudy(_Order, frozen=True, kw_only=True):
    """Let the hub begin anew with another protocol."""

    text: str  # of study.toml
    reason: str = ""  # why it changes, once one was locked


class DryRun(_Order, frozen=True, kw_only=True):
    """Let people who are not there live the study through."""

    people: int
    weeks: int
    odds: float | None = None  # of messages at set times; none: as the protocol has them


class BackUp(_Order, frozen=True):
    """Back up now, and prove it."""


Order: TypeAlias = (
    TakeIn
    | GiveDevice
    | CommandDevice
    | FindDevice
    | PairDevice
    | PutOn
    | RetryLetters
    | Leave
    | UseStudy
    | DryRun
    | BackUp
)


@dataclass(frozen=True, slots=True)
class Done:
    """Whether an order was carried out, in words for whoever gave it."""

    ok: bool
    says: Sentence
    person: str | None = None  # who was taken in


def did(words: str, /, **values: Value) -> Done:
    """Return that an order was carried out, and say so."""
    return Done(ok=True, says=Sentence(words, values))


def did_not(words: str, /, **values: Value) -> Done:
    """Return that an order was not carried out, and say why."""
    return Done(ok=False, says=Sentence(words, values))
