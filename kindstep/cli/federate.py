"""`kindstep federate`: sites estimate one effect together; sums leave them, rows never do."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from coaching.effect import Excursion, TooLittle
from research.export import BadPackage
from research.federation import (
    Answer,
    Ask,
    BrokenMessage,
    Key,
    TooFewPeople,
    combine,
    first_round,
    next_round,
    opened,
    sealed,
    second_round,
)
from research.opened import Opened
from research.trial import points

_FEWEST_PEOPLE: Final = 11  # as the cells of an export
_file = click.Path(path_type=Path, dir_okay=False)
_there = click.Path(path_type=Path, dir_okay=False, exists=True)
_key = click.option("--key", "key", type=_there, required=True, help="This site's key.")
_into = click.option("--into", type=_file, required=True, help="A file for the message.")


@click.group("federate")
def command() -> None:
    """Estimate the effect of messages over several sites, by signed sums alone."""


@command.command("key")
@click.argument("file", type=_file)
def key_(file: Path) -> None:
    """Make a key in FILE; print its public half, which the others need."""
    with _said():
        click.echo(Key.made(file).name)


@command.command("ask")
@_key
@_into
@click.option("--study", required=True, help="What the sites call it.")
@click.option("--site", "sites", multiple=True, required=True, help="A site's public key.")
@click.option("--fewest-people", type=click.IntRange(2), default=_FEWEST_PEOPLE)
@click.option("--reference", type=click.FloatRange(0, 1, True, True), default=0.5)
def ask_(key: Path, into: Path, study: str, sites: tuple[str, ...], **rules: float) -> None:
    """Begin: write the ask of the first round, for each SITE to answer."""
    fewest = int(rules["fewest_people"])
    with _said():
        ask = Ask(
            study=study,
            round=1,
            sites=tuple(dict.fromkeys(sites)),
            fewest_people=fewest,
            reference=rules["reference"],
        )
        into.write_bytes(sealed(ask, Key.read(key)))


@command.command("answer")
@click.argument("ask", type=_there)
@click.argument("package", type=click.Path(path_type=Path, exists=True, file_okay=False))
@_key
@_into
@click.option("--from", "asker", required=True, help="Public key of the site that asks.")
def answer_(ask: Path, package: Path, key: Path, into: Path, asker: str) -> None:
    """Answer an ASK with sums over an export PACKAGE of this site."""
    with _said():
        asked, by, name = opened(ask.read_bytes(), Ask)
        mine = Key.read(key)
        if by != asker:
            raise BrokenMessage(f"it is signed by {by}")
        if mine.name not in asked.sites:
            raise BrokenMessage("it does not ask this site")
        found = points(Opened(package))
        if asked.round == 1:
            said = Answer(ask=name, moments=first_round(found, asked))
        else:
            said = Answer(ask=name, spread=second_round(found, asked))
        into.write_bytes(sealed(said, mine))


@command.command("combine")
@click.argument("ask", type=_there)
@click.argument("answers", type=_there, nargs=-1, required=True)
@_key
@click.option("--into", type=_file, help="After the first round: the ask of the second.")
def combine_(ask: Path, answers: tuple[Path, ...], key: Path, into: Path | None) -> None:
    """Combine the ANSWERS to an ASK: write the second ask, then tell the effect."""
    with _said():
        asked, by, name = opened(ask.read_bytes(), Ask)
        mine = Key.read(key)
        if by != mine.name:
            raise BrokenMessage("it was not this site that asked")
        given = {who: said for said, who, _ in (_answer(path) for path in answers)}
        if asked.round == 2:
            _tell(combine(asked, name, given), len(asked.sites))
        elif into is None:
            raise click.UsageError("say with --into where the second ask shall be")
        else:
            into.write_bytes(sealed(next_round(asked, name, given), mine))


def _answer(path: Path) -> tuple[Answer, str, str]:
    try:
        return opened(path.read_bytes(), Answer)
    except BrokenMessage as error:
        raise BrokenMessage(f"{path}: {error}") from error


def _tell(fit: Excursion, sites: int) -> None:
    effect = fit.at([1.0])
    click.echo(f"{fit.people} people of {sites} sites, {fit.points} decisions left to chance")
    click.echo(
        f"a message adds {effect.value:.6f} log steps "
        f"({effect.low:.6f} to {effect.high:.6f}, standard error {effect.se:.6f})"
    )


@contextmanager
def _said() -> Generator[None]:
    """Say what cannot be done in one line."""
    try:
        yield
    except (BrokenMessage, TooFewPeople, TooLittle, BadPackage, OSError) as error:
        raise click.ClickException(str(error)) from error
