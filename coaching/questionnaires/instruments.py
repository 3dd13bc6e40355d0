"""Short questionnaires of a study: what is asked when, and whether an answer is one."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from typing import Literal

import msgspec

_MOST_ITEMS = 20
_LONGEST_TEXT = 500


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file: a key it does not know is refused."""


class Condition(_Table, frozen=True, kw_only=True):
    """Asked only of who gave one of these answers to an item before."""

    item: str
    answers: tuple[str, ...]


class Item(_Table, frozen=True, kw_only=True):
    """One question. Every one may be skipped."""

    id: str
    text: dict[str, str]  # language -> words
    kind: Literal["scale", "choice", "text"]
    low: int = 0  # scale
    high: int = 10
    labels: dict[str, tuple[str, str]] = {}  # scale: what its ends mean
    options: dict[str, dict[str, str]] = {}  # choice: answer -> language -> words
    only_if: Condition | None = None

    def words(self, language: str) -> str:
        return self.text.get(language) or next(iter(self.text.values()))

    def accepts(self, answer: str) -> bool:
        """Tell whether this can be an answer."""
        if self.kind == "scale":
            return answer.isdecimal() and self.low <= int(answer) <= self.high
        if self.kind == "choice":
            return answer in self.options
        return 1 <= len(answer) <= _LONGEST_TEXT


class Instrument(_Table, frozen=True, kw_only=True):
    """One questionnaire."""

    version: int
    title: dict[str, str]
    when: Literal["baseline", "weekly", "exit"]
    at: time
    open_h: int  # it can be answered for so long
    items: tuple[Item, ...]

    def asked(self, answers: Mapping[str, str]) -> Iterator[Item]:
        """Yield the items that these answers leave to be asked."""
        for item in self.items:
            held = item.only_if
            if held is None or answers.get(held.item) in held.answers:
                yield item

    def kept(self, answers: Mapping[str, str]) -> dict[str, str]:
        """Return the answers that count: to items that were asked, and such as they accept."""
        kept: dict[str, str] = {}
        for item in self.items:
            answer = answers.get(item.id, "").strip()
            if item in tuple(self.asked(kept)) and item.accepts(answer):
                kept[item.id] = answer
        return kept


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a codebook."""

    instrument: str
    version: int
    item: str
    text: str
    kind: str
    values: str
    only_if: str


def codebook(instruments: Mapping[str, Instrument]) -> list[Entry]:
    """Return what each answer stands for."""
    return [
        Entry(
            instrument=name,
            version=each.version,
            item=item.id,
            text=item.words("en"),
            kind=item.kind,
            values=_values(item),
            only_if=_condition(item.only_if),
        )
        for name, each in instruments.items()
        for item in each.items
    ]


def _values(item: Item) -> str:
    if item.kind == "scale":
        ends = item.labels.get("en")
        return f"{item.low} to {item.high}" + (f": {ends[0]} to {ends[1]}" if ends else "")
    if item.kind == "choice":
        return "; ".join(f"{key}: {words.get('en', '')}" for key, words in item.options.items())
    return "words"


def _condition(condition: Condition | None) -> str:
    return "" if condition is None else f"{condition.item} = {' or '.join(condition.answers)}"


def complaints(instruments: Mapping[str, Instrument]) -> Iterator[tuple[str, str]]:
    """Yield which instrument is wrong, and why."""
    for name, each in instruments.items():
        if not 1 <= len(each.items) <= _MOST_ITEMS:
            yield name, f"1 to {_MOST_ITEMS} items"
        if each.open_h <= 0:
            yield name, "open_h must be positive"
        if not each.title:
            yield name, "it needs a title"
        yield from ((name, why) for why in _item_complaints(each.items))


def _item_complaints(items: Sequence[Item]) -> Iterator[str]:
    before: dict[str, Item] = {}
    for item in items:
        if item.id in before:
            yield f"item {item.id} comes twice"
        if not item.text or (item.kind == "choice" and not item.options):
            yield f"item {item.id} has no words"
        if item.kind == "scale" and not 0 <= item.low < item.high:
            yield f"item {item.id}: 0 <= low < high"
        held = item.only_if
        if held is not None and not _can_hold(held, before):
            yield f"item {item.id}: nobody before it can have answered so"
        before[item.id] = item


def _can_hold(condition: Condition, before: Mapping[str, Item]) -> bool:
    item = before.get(condition.item)
    return item is not None and all(item.accepts(answer) for answer in condition.answers)
