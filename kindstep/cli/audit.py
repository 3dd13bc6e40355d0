"""`kindstep audit`: the accounts counted again from archive and log."""

from pathlib import Path

import click

from ingest import audit
from ingest.journal import Journal
from ingest.ledger import Ledger
from ingest.log.sqlite import SqliteLog
from kindstep import settings
from kindstep.folder import Folder
from kindstep.shelves import open_archive


@click.command("audit")
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
def command(path: Path | None) -> None:
    """Count again what is stored; print each line that differs from the accounts.

    May run beside the hub. Ends with 1 if anything differs.
    """
    chosen = settings.load(path)
    folder = Folder(chosen.data)
    if not folder.ledger.exists():
        raise click.ClickException(f"there are no accounts in {folder.root}")
    archive = open_archive(chosen)
    lines = [f"{name}: is not what was sealed" for name in archive.spoilt()]
    if not lines:  # else it cannot be read
        log = SqliteLog(folder.log, read_only=True)
        with Ledger(folder.ledger, read_only=True) as ledger:
            position = ledger.position()
            lines = list(audit.differences(ledger, Journal(log, archive)))
        log.close()
        click.echo(f"counted up to position {position}: {len(lines)} differences")
    for line in lines:
        click.echo(line)
    raise SystemExit(bool(lines))
