"""`kindstep study`: see whether a protocol is sound, and lock it."""

import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from coaching import locks
from coaching.engine import Engine
from kindstep import settings, stores, study

_settings = click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))


@click.group("study")
def command() -> None:
    """Load, try and lock a study's protocol."""


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def check(file: Path) -> None:
    """Say whether FILE can be a study.toml; what is wrong is named by its line."""
    protocol = study.load(file)
    digest = Engine(protocol, site_seed=0).protocol_digest
    click.echo(f"{protocol.title}: {protocol.weeks} weeks, arms {', '.join(protocol.arms)}")
    click.echo(f"hash {digest}")


@command.command("lock")
@_settings
@click.option("--reason", required=True, help="For what, or why it changes.")
def lock(path: Path | None, reason: str) -> None:
    """Let the protocol of the settings be the one that the hub starts with, and no other."""
    if not reason.strip():
        raise click.UsageError("--reason says nothing")
    chosen = settings.load(path)
    digest = Engine(study.load(chosen.study), site_seed=0).protocol_digest
    store = stores.open_store(chosen)
    made = locks.Lock(digest, time.time_ns() // 1000, "command line", reason)
    store.write(lambda db: locks.lock(db, made))
    store.close()
    click.echo(f"locked {digest}")


@command.command("locks")
@_settings
def listing(path: Path | None) -> None:
    """List when the protocol was locked, by whom and why."""
    store = stores.open_to_read(settings.load(path))
    with closing(store), stores.reached(), store.reading() as db:
        for each in locks.history(db):
            at = datetime.fromtimestamp(each.at_us / 1e6, UTC)
            click.echo(f"{at:%Y-%m-%d %H:%M}Z  {each.digest[:16]}  {each.who}: {each.reason}")
