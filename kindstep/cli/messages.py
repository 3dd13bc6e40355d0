"""`kindstep messages lint`: what must not be said, looked for in the approved messages."""

from pathlib import Path

import click

from coaching.messages import library
from coaching.messages.library import ENGLISH, TRANSLATED, BadMessages


@click.group("messages", help="The messages that the coach may send.")
def command() -> None:
    """Hold the verbs."""


@command.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def lint(files: tuple[Path, ...]) -> None:
    """Refuse diagnosis, dosing, shaming and unknown placeholders.

    Looks at libraries in TOML and at translations of the one in English, or at those that ship
    with kindstep.
    """
    shelves = {str(file): lambda file=file: library.parse(file.read_bytes()) for file in files}
    shelves = shelves or {
        each: lambda each=each: library.load(each) for each in (ENGLISH, *TRANSLATED)
    }
    wrong = 0
    for name, read in shelves.items():
        try:
            click.echo(f"{name}: {len(read().message)} messages, nothing to refuse")
        except BadMessages as bad:
            wrong += len(bad.complaints)
            for complaint in bad.complaints:
                click.echo(f"{name}: {complaint}")
    if wrong:
        raise click.ClickException(f"{wrong} refused")
