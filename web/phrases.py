"""Sentences that other stages fill in, found again by their shape.

The coach's answers and reasons travel, and are kept, as the English that was said; a page turns
them into its reader's language at the last moment. `You had %(steps)s of %(goal)s steps.` is
found in what was said, whatever the numbers are.
"""

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final

#: Where a sentence is filled in.
PLACE: Final = re.compile(r"%\((\w+)\)s")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?]) (?=[A-Z])")
_FILLING: Final = r"(?:(?![.!?] [A-Z]).)+?"  # never reaches into the next sentence


class Phrases:
    """Turns what was said into another language.

    Parameters
    ----------
    sentences
        Every sentence of the catalogue, those with places, such as ``%(name)s``, among them.
    translate
        What turns a sentence as it stands in the catalogue into the language.
    """

    def __init__(self, sentences: Iterable[str], translate: Callable[[str], str]) -> None:
        self._sentences = frozenset(sentences)
        self._translate = translate

    def said(self, words: str) -> str:
        """Return the words in the language, as far as the catalogue knows them."""
        whole = self._whole(words)
        if whole is not None:
            return whole
        parts = _SENTENCE_END.split(words)
        return " ".join(self._whole(part) or part for part in parts)

    def _whole(self, words: str) -> str | None:
        if words in self._sentences:
            return self._translate(words)
        for sentence, shape in self._shapes:
            found = shape.fullmatch(words)
            if found is not None:
                values = {name: self._value(value) for name, value in found.groupdict().items()}
                return self._translate(sentence) % values
        return None

    def _value(self, words: str) -> str:
        return self._translate(words) if words in self._sentences else words

    @cached_property
    def _shapes(self) -> list[tuple[str, re.Pattern[str]]]:
        """The sentences with places, those that say most first."""
        with_places = [each for each in self._sentences if PLACE.search(each)]
        with_places.sort(key=lambda each: (-len(PLACE.sub("", each)), each))
        return [(each, re.compile(_shape(each), re.DOTALL)) for each in with_places]


def _shape(sentence: str) -> str:
    parts = PLACE.split(sentence)  # words and names take turns
    seen: set[str] = set()
    shape = ""
    for words, name in zip(parts[::2], [*parts[1::2], None], strict=True):
        shape += re.escape(words.replace("%%", "%"))
        if name is not None:
            shape += f"(?P={name})" if name in seen else f"(?P<{name}>{_FILLING})"
            seen.add(name)
    return shape
