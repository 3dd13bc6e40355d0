"""What every request has, and what comes back."""

from dataclasses import dataclass

import msgspec


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """One request; `participant` is whom it is about."""

    participant: str
    once: str = ""  # a key of whoever asks: with the same one it takes effect once


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether an act took effect, in words for whoever asked."""

    ok: bool
    says: str
    touches: tuple[str, ...] = ()  # whose pages change besides those of whom the act names
