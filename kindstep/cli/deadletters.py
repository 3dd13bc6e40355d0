"""`kindstep deadletters`: messages nobody could use, and trying them again after a fix."""

import sqlite3
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
import msgspec

from ingest.deadletters import DeadLetter, DeadLetters
from kindstep import settings
from kindstep.folder import Folder

_PATIENCE_S: Final = 10.0
_LOOK_S: Final = 0.2
_NUMBER: Final = click.IntRange(1, (1 << 63) - 1)
_settings = click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))


@click.group("deadletters")
def command() -> None:
    """See what could not be used, and why; try it again."""


@command.command("list")
@_settings
@click.option(
    "--limit",
    type=_NUMBER,
    default=20,
    show_default=True,
    help="How many of the latest.",
)
def listing(path: Path | None, limit: int) -> None:
    """List the kinds of mistake with their counts, and the latest letters."""
    with _letters(path) as letters:
        for kind in letters.tallies():
            click.echo(
                f"{kind.kind}: {kind.letters} came, {kind.replayed} were stored later, "
                f"{kind.dropped} were dropped to make room"
            )
        for letter, dead in letters.latest(limit).items():
            click.echo(
                f"{letter}  {_time(dead)}  {dead.topic}  {len(dead.payload)} B  {dead.reason}"
            )


@command.command("show")
@_settings
@click.argument("letter", type=_NUMBER)
def show(path: Path | None, letter: int) -> None:
    """Print LETTER whole: as JSON where it can be read, else its bytes."""
    with _letters(path) as letters:
        dead = letters.find([letter]).get(letter)
    if dead is None:
        raise click.ClickException(f"there is no letter {letter}")
    click.echo(f"{_time(dead)}  {dead.topic}\n{dead.reason}\n{_readable(dead.payload)}")


@command.command("replay")
@_settings
@click.argument("wanted", type=_NUMBER, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every letter there is.")
def replay(path: Path | None, wanted: tuple[int, ...], *, everything: bool) -> None:
    """Have the hub try the letters WANTED again; a batch that it can use now is stored once.

    Ends with 1 if one of them still cannot be used.
    """
    if everything == bool(wanted):
        raise click.UsageError("name the letters, or say --all")
    with _letters(path) as letters:
        ids = list(letters.latest(-1)) if everything else list(letters.find(wanted))
        if gone := set(wanted) - set(ids):
            raise click.ClickException(f"there is no letter {min(gone)}")
        letters.ask(ids)
        waiting = _wait(letters, ids)
        left = letters.find(ids)
    stored = len(ids) - len(left)
    click.echo(f"{stored} stored, {len(left) - len(waiting)} still cannot be used")
    for letter, dead in left.items():
        if letter not in waiting:
            click.echo(f"{letter}  {dead.reason}")
    if waiting:
        click.echo(f"{len(waiting)} wait for the hub, which does not seem to run")
    raise SystemExit(bool(left))


def _wait(letters: DeadLetters, ids: list[int]) -> set[int]:
    """Wait for the hub; return what it has not looked at in the end."""
    give_up_s = time.monotonic() + _PATIENCE_S
    waiting = set(ids)
    while waiting and time.monotonic() < give_up_s:
        waiting = {letter for letter in waiting if letters.waits(letter)}
        if waiting:
            time.sleep(_LOOK_S)  # another process does it, and tells nobody
    return waiting


@contextmanager
def _letters(path: Path | None) -> Generator[DeadLetters]:
    chosen = settings.load(path)
    file = Folder(chosen.data).dead_letters
    if not file.exists():
        raise click.ClickException(f"no hub has run in {chosen.data}")
    try:
        with closing(DeadLetters(file)) as letters:
            yield letters
    except sqlite3.OperationalError as error:
        raise click.ClickException(f"{file}: {error}") from error


def _time(dead: DeadLetter) -> str:
    return f"{datetime.fromtimestamp(dead.received_us / 1e6, UTC):%Y-%m-%d %H:%M:%S}Z"


def _readable(payload: bytes) -> str:
    try:
        said = msgspec.json.encode(msgspec.msgpack.decode(payload))
    except (msgspec.MsgspecError, UnicodeError, OverflowError, RecursionError, TypeError):
        return payload.hex(" ")
    return msgspec.json.format(said).decode()
