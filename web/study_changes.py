"""What another protocol has otherwise, key by key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import msgspec

from coaching.engine import Protocol

_NONE: Final = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Change:
    """One key that two protocols have otherwise; what is not there is a dash."""

    key: str
    before: str
    after: str


def changes(before: Protocol, after: Protocol) -> Iterator[Change]:
    """Yield each key that differs, in order."""
    old, new = (dict(_leaves("", msgspec.to_builtins(each))) for each in (before, after))
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield Change(key, old.get(key, _NONE), new.get(key, _NONE))


def _leaves(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in cast("dict[str, Any]", value).items():
            yield from _leaves(f"{path}.{key}" if path else key, inner)
    elif isinstance(value, (list, tuple)):
        for number, inner in enumerate(cast("Sequence[Any]", value)):
            yield from _leaves(f"{path}[{number}]", inner)
    else:
        yield path, str(value)
