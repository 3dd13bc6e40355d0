"""What every request has, and what comes back."""

from dataclasses import dataclass, replace

import msgspec

from people.sentence import Sentence, Value


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """One request; `participant` is whom it is about."""

    participant: str
    once: str = ""  # a key of whoever asks: with the same one it takes effect once


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether an act took effect, in words for whoever asked."""

    ok: bool
    says: Sentence
    touches: tuple[str, ...] = ()  # whose pages change besides those of whom the act names

    def touching(self, *people: str) -> "Outcome":
        """Return the same, with whose pages change besides."""
        return replace(self, touches=people)


def accepted(words: str, /, **values: Value) -> Outcome:
    """Return that an act took effect, and say so."""
    return Outcome(ok=True, says=Sentence(words, values))


def refused(words: str, /, **values: Value) -> Outcome:
    """Return that an act did not take effect, and say why."""
    return Outcome(ok=False, says=Sentence(words, values))
