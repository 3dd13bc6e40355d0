"""The messages a coach may send: approved wordings with their technique, from a TOML file."""

import hashlib
import string
from functools import cached_property
from importlib.resources import files

import msgspec

from coaching.messages.lint import complaints
from coaching.state import State

#: Brisk walking; Tudor-Locke and others, British Journal of Sports Medicine 52 (2018).
_STEPS_A_MINUTE = 100


class BadMessages(ValueError):
    """The library cannot be used; the message names the wording at fault."""


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One approved wording."""

    id: str
    occasions: tuple[str, ...]
    technique: str  # of the behaviour change technique taxonomy, "7.1"
    reading_age: int
    tone: str
    text: str
    answers: tuple[str, ...] = ()  # none: the library's own


class Library(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """All wordings of one language."""

    language: str
    lock_text: str  # what a locked screen may show
    answers: tuple[str, ...]
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
        known = fields(state)
        return tuple(
            message.id
            for message in self.fitting(state.occasion)
            if message.id not in state.used and placeholders(message.text) <= known.keys()
        )

    def answers_to(self, message_id: str) -> tuple[str, ...]:
        return self.by_id[message_id].answers or self.answers


def load(language: str = "en") -> Library:
    """Read the library that ships with the coach; raise BadMessages naming what is wrong."""
    return parse(files("coaching.messages").joinpath(f"{language}.toml").read_bytes())


def parse(source: bytes) -> Library:
    """Read a library and check every wording."""
    try:
        library = msgspec.toml.decode(source, type=Library)
    except msgspec.MsgspecError as error:
        raise BadMessages(str(error)) from error
    for message in library.message:
        _check(message, library)
    if len(library.by_id) < len(library.message):
        raise BadMessages("two messages go by one id")
    _refuse("lock_text", complaints(library.lock_text))
    return library


def restore(body: bytes) -> Library:
    """Read what `canonical` wrote."""
    return msgspec.json.decode(body, type=Library)


def fields(state: State) -> dict[str, str]:
    """Return the placeholders that can be filled in: no number while data is still to come."""
    if state.catching_up or state.to_go is None:
        return {}
    known = {"steps": f"{state.steps_today:,}", "goal": f"{state.goal_steps:,}"}
    if state.to_go:
        known |= {"to_go": f"{state.to_go:,}", "minutes": _minutes(state.to_go)}
    return known


def _minutes(steps: int) -> str:
    count = -(-steps // _STEPS_A_MINUTE)
    return "1 minute" if count == 1 else f"{count} minutes"


_PLACEHOLDERS = frozenset({"steps", "goal", "to_go", "minutes"})


def placeholders(text: str) -> set[str]:
    """Return the names in braces; raise BadMessages for a brace that closes nothing."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise BadMessages(f"{text!r}: {error}") from error


def _check(message: Message, library: Library) -> None:
    unknown = placeholders(message.text) - _PLACEHOLDERS
    if unknown:
        raise BadMessages(f"{message.id}: no placeholder goes by {', '.join(sorted(unknown))}")
    if message.technique not in library.techniques:
        raise BadMessages(f"{message.id}: no technique {message.technique}")
    for text in (message.text, *message.answers):
        _refuse(message.id, complaints(text))


def _refuse(name: str, found: list[str]) -> None:
    if found:
        raise BadMessages(f"{name}: {'; '.join(found)}")
