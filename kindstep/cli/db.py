"""`kindstep db`: the tables of the study, from one release to the next."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from ingest.store import Store
from kindstep import schema, settings, stores

_settings = click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))


@contextmanager
def _store(path: Path | None, *, read_only: bool = False) -> Generator[Store]:
    chosen = settings.load(path)
    stores.must_be_there(chosen)
    opened = stores.open_as_it_is(chosen, read_only=read_only)
    with stores.reached(), closing(opened) as store:
        yield store


@click.group("db")
def command() -> None:
    """Look after the study's tables."""


@command.command("show")
@_settings
def show(path: Path | None) -> None:
    """Print the revision of the tables, and that of this release."""
    with _store(path, read_only=True) as store, store.reading() as db:
        click.echo(f"tables {schema.revision(db) or 'none'}, this release {schema.head()}")


@command.command("upgrade")
@_settings
def upgrade(path: Path | None) -> None:
    """Take the tables to this release's, all or nothing; stop the hub and back up first."""
    with _store(path) as store:
        before, now = schema.upgrade(store)
    was = before or "none"
    click.echo(f"tables {now}, as before" if before == now else f"tables {was} -> {now}")
