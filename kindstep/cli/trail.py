"""`kindstep trail`: who did or saw what of whom, for a reviewer."""

import csv
import sys
from pathlib import Path

import click
import msgspec

from kindstep import settings
from kindstep.folder import Folder
from people.trail import Trace, Trail


@click.command("trail")
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="A line of JSON each.")
def command(path: Path | None, *, as_json: bool) -> None:
    """Print the whole trail as a table (CSV), the oldest line first."""
    folder = Folder(settings.load(path).data)
    if not folder.trail.exists():
        raise click.ClickException(f"there is no trail in {folder.root}")
    writer = csv.writer(sys.stdout)
    if not as_json:
        writer.writerow(Trace.__struct_fields__)
    for each in Trail(folder.trail).everything():
        if as_json:
            click.echo(msgspec.json.encode(each))
        else:
            writer.writerow(msgspec.structs.astuple(each))
