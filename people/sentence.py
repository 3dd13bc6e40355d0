"""Sentences for people: each as it stands in the code, with what fills its places.

A page looks the sentence up in its reader's language and fills it then; everywhere else
`str()` says it in English.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import msgspec

Value: TypeAlias = "str | int | Sentence"


class Sentence(msgspec.Struct, frozen=True, array_like=True):
    """Words such as "You had %(steps)s steps", and what stands in their places.

    Values are shown as they are, but for those that are sentences themselves. Words without
    values are shown as they are, percent signs and all.
    """

    words: str
    values: Mapping[str, Value] = {}

    def __str__(self) -> str:
        return self.by(str)

    def by(self, translate: Callable[[str], str]) -> str:
        """Return it in a language, by what finds the translation of words."""
        words = translate(self.words)
        if not self.values:
            return words
        return words % {
            name: value.by(translate) if isinstance(value, Sentence) else value
            for name, value in self.values.items()
        }


class Worded(Exception):
    """Something went wrong, and this is what people are told of it."""

    def __init__(self, says: Sentence) -> None:
        super().__init__(str(says))
        self.says = says


def say(words: str, /, **values: Value) -> Sentence:
    """Say something; the catalogues gather the words from calls of this name."""
    return Sentence(words, values)


def together(parts: Sequence[Sentence], between: str = " ") -> Sentence:
    """Say several things as one."""
    values = {f"part_{place}": part for place, part in enumerate(parts)}
    return Sentence(between.join(f"%({name})s" for name in values), values)
