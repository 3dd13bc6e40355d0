"""`kindstep audit`: the accounts counted again from archive and log."""

from contextlib import closing
from pathlib import Path

import click

from ingest import audit
from ingest.archive import Archive, ShelfAway
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
    try:
        lines = _count(folder, open_archive(chosen))
    except ShelfAway as away:
        raise click.ClickException(f"the archive cannot be read: {away}") from away
    for line in lines:
        click.echo(line)
    raise SystemExit(bool(lines))


def _count(folder: Folder, archive: Archive) -> list[str]:
    """Return a line for each difference, or for each file that cannot be counted."""
    if spoilt := [f"{name}: is not what was sealed" for name in archive.spoilt()]:
        return spoilt
    with (
        closing(SqliteLog(folder.log, read_only=True)) as log,
        Ledger(folder.ledger, read_only=True) as ledger,
    ):
        position = ledger.position()
        lines = list(audit.differences(ledger, Journal(log, archive)))
    click.echo(f"counted up to position {position}: {len(lines)} differences")
    return lines
