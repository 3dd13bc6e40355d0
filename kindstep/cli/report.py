"""`kindstep report`: a study's report as one page, from a package."""

from pathlib import Path

import click

from research import report
from research.export import BadPackage
from research.opened import Opened


@click.command("report")
@click.argument("package", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--into", type=click.Path(path_type=Path, dir_okay=False), default="report.html")
def command(package: Path, into: Path) -> None:
    """Write who took part, how long they stayed, what they walked, and what messages did.

    One page to read or print that needs no network; each figure has its numbers beside it.
    """
    try:
        report.write(Opened(package), into)
    except (BadPackage, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(into)
