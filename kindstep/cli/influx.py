"""`kindstep influx`: the past for a time-series database that came later."""

import sys
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from ingest.influx import Sink
from kindstep import influx, settings, stores
from kindstep.folder import Folder
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
    if last < first:
        raise click.UsageError("--to is a day before --from")
    chosen = settings.load(path)
    if chosen.influx is None:
        raise click.UsageError("no [influx] table in the settings")
    sink = influx.sink(chosen.influx, Folder(chosen.data).influx_backfill)
    with closing(sink):
        _fill(chosen, sink, first, last)
    counts = sink.counts
    click.echo(f"{counts['written']} lines written, {counts['refused']} refused")
    if sink.waiting or counts["dropped"]:
        raise click.ClickException(
            f"{sink.waiting} lines wait and {counts['dropped']} had no room: "
            "the database did not take them, run it again"
        )


def _fill(chosen: Settings, sink: Sink, first: datetime, last: datetime) -> None:
    now_us = time.time_ns() // 1000
    with stores.reached(), closing(stores.open_to_read(chosen)) as store, store.reading() as db:
        everyone = registry.persons_of(db, registry.Role.PARTICIPANT)
        told = influx.past(db, everyone, first.date(), last.date(), now_us)
        with click.progressbar(told, length=len(everyone), file=sys.stderr) as people:
            for points in people:
                sink.put(points)
