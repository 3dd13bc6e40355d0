"""TOML into a struct; what is wrong is named by file and line."""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeVar

import click
import msgspec

T = TypeVar("T")

_HEADER: Final = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY: Final = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*[\w-]+)*)\s*=""")
_AT: Final = re.compile(r" - at `(?:key in )?\$?([^`]*)`$")
_UNKNOWN: Final = re.compile(r"unknown field `([^`]+)`")
_STEP: Final = re.compile(r"\.?([\w-]+)|\[(\d+|\.\.\.)\]")

Step = str | int


class BadSettings(click.UsageError):
    """A settings file cannot be used; the message says which line of it, and ends a command."""


def read(path: Path, kind: type[T]) -> T:
    """Read a TOML file as `kind`; raise BadSettings naming the file and line at fault."""
    return parse(text_of(path), kind, str(path))


def text_of(path: Path) -> str:
    """Return what stands in a file; raise BadSettings where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadSettings(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadSettings(f"{path}: {error}") from error


def parse(text: str, kind: type[T], name: str) -> T:
    """Read TOML text as `kind`; raise BadSettings naming `name` and the line at fault."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"\(at line (\d+)", str(error))
        where = f"{name}:{line[1]}" if line else name
        raise BadSettings(f"{where}: {error}") from error
    try:
        return msgspec.convert(tree, kind, dec_hook=_convert)
    except msgspec.ValidationError as error:
        steps, says = _fault(str(error))
        raise BadSettings(f"{name}:{line_of(text, steps)}: {says}") from error


def blame(path: Path, key: str, says: str) -> BadSettings:
    """Return what is wrong with the value of a dotted key, with file and line."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    line = line_of(text, key.split("."))
    return BadSettings(f"{path}:{line}: {says} ({key})")


def line_of(text: str, steps: Sequence[Step]) -> int:
    """Return the line of a key, or of the nearest table around it that is written down."""
    lines = _lines(text)
    wanted = tuple(steps)
    while wanted and wanted not in lines:
        wanted = wanted[:-1]
    return lines.get(wanted, 1)


def _fault(message: str) -> tuple[list[Step], str]:
    at = _AT.search(message)
    steps: list[Step] = []
    for name, index in _STEP.findall(at[1]) if at else ():
        steps.append(int(index) if index.isdigit() else name or 0)
    unknown = _UNKNOWN.search(message)
    if unknown:
        steps.append(unknown[1])
    says = message if at is None else message[: at.start()]
    path = ".".join(str(step) for step in steps)
    return steps, f"{says} ({path})" if path else says


def _lines(text: str) -> dict[tuple[Step, ...], int]:
    found: dict[tuple[Step, ...], int] = {}
    table: tuple[Step, ...] = ()
    seen: dict[tuple[Step, ...], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _table(_names(header[2]), seen, is_array=header[1] == "[[")
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_names(key[1])), number)
    return found


def _table(
    names: list[str], seen: dict[tuple[Step, ...], int], *, is_array: bool
) -> tuple[Step, ...]:
    path: tuple[Step, ...] = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in seen:
            path = (*path, seen[path])
    path = (*path, names[-1])
    if not is_array:
        return path
    seen[path] = seen.get(path, -1) + 1
    return (*path, seen[path])


def _names(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]


def _convert(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value).expanduser()
    raise NotImplementedError(kind)
