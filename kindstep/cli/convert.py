"""`kindstep convert`: a package of `kindstep export` in the form of a standard."""

import sys
from pathlib import Path

import click

from kindstep.bars import following
from research.export import BadPackage
from research.standards import FORMS, convert


@click.command("convert")
@click.argument("package", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--to", "form", type=click.Choice(list(FORMS)), required=True)
@click.option("--into", type=click.Path(path_type=Path), required=True, help="A new folder.")
def command(package: Path, form: str, into: Path) -> None:
    """Write the participants and days of an export PACKAGE as FHIR, IEEE 1752.1 or for REDCap.

    Tells what the package tells: pseudonyms, and dates that count study days.
    """
    try:
        with click.progressbar(length=1, label="Converting", file=sys.stderr) as bar:
            written = convert(package, form, into, following(bar))
    except (BadPackage, OSError) as error:
        raise click.UsageError(str(error)) from error
    for name, count in written.files.items():
        click.echo(f"{into / name}: {count:,}")
    for note in written.notes:
        click.echo(note)
