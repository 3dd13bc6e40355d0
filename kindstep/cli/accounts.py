"""`kindstep accounts`: what became of all that a device said."""

from pathlib import Path

import click
import msgspec

from ingest import reports
from kindstep import settings
from kindstep.folder import Folder


@click.command("accounts")
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("device")
def command(path: Path | None, device: str) -> None:
    """Print what became of everything that DEVICE said, as JSON."""
    folder = Folder(settings.load(path).data)
    found = reports.of_device(folder.ledger, device)
    if not found:
        raise click.ClickException(f"nothing was ever stored of {device}")
    click.echo(msgspec.json.format(msgspec.json.encode(found)))
