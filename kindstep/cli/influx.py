"""`kindstep influx`: the past for a time-series database that came later."""

import sys
import time
from datetime import datetime
from pathlib import Path

import click

from ingest.influx import Sink
from kindstep import influx, settings, stores, toml_file
from kindstep.folder import Folder
from kindstep.schema import StoreUnusable
from kindstep.settings import Settings
from people import registry

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("influx")
def command() -> None:
    """Look after the copy in a time-series database."""


@command.command("backfill")
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--from", "first", type=_DAY, required=True, help="The first day, 2026-11-25.")
@click.option("--to", "last", type=_DAY, required=True, help="The last day.")
def backfill(path: Path | None, first: datetime, last: datetime) -> None:
    """Write minutes and days of everybody again; a point that is there already stays one."""
    try:
        chosen = settings.load(path)
        if chosen.influx is None:
            raise click.UsageError("no [influx] table in the settings")
        sink = influx.sink(chosen.influx, Folder(chosen.data).influx_backfill)
        try:
            _fill(chosen, sink, first, last)
        finally:
            sink.close()
    except toml_file.BadSettings as error:
        raise click.UsageError(str(error)) from error
    except StoreUnusable as error:
        raise click.ClickException(str(error)) from error
    counts = sink.counts
    click.echo(f"{counts['written']} lines written, {counts['refused']} refused")
    if sink.waiting or counts["dropped"]:
        raise click.ClickException(
            f"{sink.waiting} lines wait and {counts['dropped']} had no room: "
            "the database did not take them, run it again"
        )


def _fill(chosen: Settings, sink: Sink, first: datetime, last: datetime) -> None:
    now_us = time.time_ns() // 1000
    store = stores.open_as_it_is(chosen, read_only=True)
    try:
        with stores.reached(), store.reading() as db:
            everyone = registry.persons_of(db, registry.Role.PARTICIPANT)
            told = influx.past(db, everyone, first.date(), last.date(), now_us)
            with click.progressbar(told, length=len(everyone), file=sys.stderr) as people:
                for points in people:
                    sink.put(points)
    finally:
        store.close()
