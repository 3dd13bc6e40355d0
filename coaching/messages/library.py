"""The messages a coach may send: approved wordings with their technique, from TOML files."""

import hashlib
from collections.abc import Iterator
from functools import cache, cached_property
from importlib.resources import files
from typing import TypeVar

import msgspec

from coaching.messages.lint import complaints, placeholders
from coaching.prompts.state import State

ENGLISH = "en"
#: Languages that words are there in, besides English.
TRANSLATED = ("he",)

#: Brisk walking; Tudor-Locke and others, British Journal of Sports Medicine 52 (2018).
_STEPS_A_MINUTE = 100


class BadMessages(ValueError):
    """The library cannot be used; `complaints` names every wording at fault."""

    def __init__(self, complaints: list[str]) -> None:
        super().__init__("\n".join(complaints))
        self.complaints = complaints


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One approved wording."""

    id: str
    occasions: tuple[str, ...]
    technique: str  # of the behaviour change technique taxonomy, "7.1"
    reading_age: int
    tone: str
    text: str
    answers: tuple[str, ...] = ()  # none: the library's own


class _Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    language: str
    lock_text: str  # what a locked screen may show
    one_minute: str
    more_minutes: str  # with the placeholder {count}
    watched: str  # after the emergency text, when a coach is on duty
    unwatched: str  # and when there is none at all
    answers: tuple[str, ...]


class Library(_Words, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """All wordings of one language."""

    techniques: dict[str, str]
    message: tuple[Message, ...]

    @cached_property
    def by_id(self) -> dict[str, Message]:
        return {message.id: message for message in self.message}

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.canonical).hexdigest()

    @cached_property
    def canonical(self) -> bytes:
        return msgspec.json.encode(self, order="sorted")

    def fitting(self, occasion: str) -> tuple[Message, ...]:
        return tuple(each for each in self.message if occasion in each.occasions)

    def eligible(self, state: State) -> tuple[str, ...]:
        """Return the wordings that fit, were not used lately and can be filled in."""
        known = self.fields(state)
        return tuple(
            message.id
            for message in self.fitting(state.occasion)
            if message.id not in state.used and placeholders(message.text) <= known.keys()
        )

    def answers_to(self, message_id: str) -> tuple[str, ...]:
        return self.by_id[message_id].answers or self.answers

    def fill(self, message_id: str, state: State) -> str:
        """Return a wording with its numbers."""
        return self.by_id[message_id].text.format_map(self.fields(state))

    def fields(self, state: State) -> dict[str, str]:
        """Return the placeholders that can be filled in: no number while data is to come."""
        if state.catching_up or state.to_go is None:
            return {}
        known = {"steps": f"{state.steps_today:,}", "goal": f"{state.goal_steps:,}"}
        if state.to_go:
            known |= {"to_go": f"{state.to_go:,}", "minutes": self._minutes(state.to_go)}
        return known

    def _minutes(self, steps: int) -> str:
        count = -(-steps // _STEPS_A_MINUTE)
        return self.one_minute if count == 1 else self.more_minutes.format(count=count)


class Translation(_Words, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words of another language for every message of a library."""

    text: dict[str, str]
    answers_to: dict[str, tuple[str, ...]]

    def of(self, original: Library) -> Library:
        """Return the library in this language; raise BadMessages where it is not all there."""
        ids, own = set(original.by_id), {each.id for each in original.message if each.answers}
        wrong = [f"{name}: not translated" for name in sorted(ids - set(self.text))]
        wrong += [f"{name}: translates nothing" for name in sorted(set(self.text) - ids)]
        wrong += [f"{name}: has other answers" for name in sorted(own ^ set(self.answers_to))]
        wrong += [f"{name}: has other numbers" for name in self._renumbered(original)]
        if wrong:
            raise BadMessages(wrong)
        words = {name: getattr(self, name) for name in _Words.__struct_fields__}
        return Library(
            **words,
            techniques=original.techniques,
            message=tuple(
                msgspec.structs.replace(
                    each, text=self.text[each.id], answers=self.answers_to.get(each.id, ())
                )
                for each in original.message
            ),
        )

    def _renumbered(self, original: Library) -> list[str]:
        """Return the messages in which another number stands than in the original."""
        both = sorted(self.text.keys() & original.by_id.keys())
        sound = [name for name in both if not complaints(self.text[name])]
        return [
            name
            for name in sound
            if placeholders(self.text[name]) != placeholders(original.by_id[name].text)
        ]


@cache
def load(language: str = ENGLISH) -> Library:
    """Read a library that ships with the coach; raise BadMessages naming what is wrong."""
    return parse(_shipped(language))


def linted() -> dict[str, tuple[int, tuple[str, ...]]]:
    """Return how many wordings each language has, and what would have to be refused of them."""
    found: dict[str, tuple[int, tuple[str, ...]]] = {}
    for language in (ENGLISH, *TRANSLATED):
        try:
            found[language] = len(load(language).message), ()
        except BadMessages as bad:
            found[language] = 0, tuple(bad.complaints)
    return found


def parse(source: bytes) -> Library:
    """Read a library, or the translation of the one in English, and check every wording."""
    if _is_translation(source):
        return _checked(_read(source, Translation).of(load()))
    return _checked(_read(source, Library))


def _is_translation(source: bytes) -> bool:
    try:
        return "text" in msgspec.toml.decode(source, type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError):  # which whoever reads it says
        return False


def restore(body: bytes) -> Library:
    """Read what `canonical` wrote."""
    return msgspec.json.decode(body, type=Library)


def _shipped(language: str) -> bytes:
    return files("coaching.messages").joinpath(f"{language}.toml").read_bytes()


_Read = TypeVar("_Read", Library, Translation)


def _read(source: bytes, kind: type[_Read]) -> _Read:
    try:
        return msgspec.toml.decode(source, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadMessages([str(error)]) from error


def _checked(library: Library) -> Library:
    if wrong := list(_complaints(library)):
        raise BadMessages(wrong)
    return library


def _complaints(library: Library) -> Iterator[str]:
    for message in library.message:
        if message.technique not in library.techniques:
            yield f"{message.id}: no technique {message.technique}"
        for text in (message.text, *message.answers):
            yield from (f"{message.id}: {each}" for each in complaints(text))
    for text in (library.lock_text, *library.answers):
        yield from (f"{text!r}: {each}" for each in complaints(text))
    if len(library.by_id) < len(library.message):
        yield "two messages go by one id"
