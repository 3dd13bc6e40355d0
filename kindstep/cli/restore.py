"""`kindstep restore`: a backup put in place of nothing."""

import sys
from pathlib import Path

import click

from kindstep import settings
from kindstep.backups.contents import BadBackup, read
from kindstep.backups.restoring import restore


@click.command("restore")
@click.argument("backup", type=click.Path(path_type=Path, file_okay=False))
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
def command(backup: Path, path: Path | None) -> None:
    """Put BACKUP into the data folder, and the database, that the settings name.

    Both have to be empty. Gateways send what they still have; what they had already forgotten
    and the backup does not hold becomes a stated gap.
    """
    chosen = settings.load(path)
    try:
        with click.progressbar(
            length=read(backup).size, label="Restoring", file=sys.stderr
        ) as bar:
            restore(backup, chosen, bar.update)
    except (BadBackup, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{chosen.data} is as it was when {backup.name} was taken")
