"""`kindstep replay`: every decision and goal made again from its record, and compared."""

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
from sqlalchemy import Connection

from coaching import replay
from coaching.replay import Chosen
from ingest.store import Store
from kindstep import schema, settings, stores


@click.command("replay")
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("participant", required=False)
@click.argument("counter", type=click.IntRange(min=0), required=False)
def command(path: Path | None, participant: str | None, counter: int | None) -> None:
    """Make all decisions and goals again, or PARTICIPANT's, or their one decision COUNTER.

    May run beside the hub. Prints each field that came out otherwise; ends with 1 if any did.
    """
    with closing(stores.open_to_read(settings.load(path))) as store:
        found = _replay(store, Chosen(participant, counter))
    raise SystemExit(int(found > 0))


def _replay(store: Store, chosen: Chosen) -> int:
    """Print what came out otherwise; return how many records did."""
    with store.reading() as db, stores.reached():
        schema.check(db)
        count, differing = replay.count(db, chosen), 0
        if chosen.participant is not None and not count:
            raise click.ClickException("there is no such record")
        for differences in _watched(db, chosen, count):
            differing += bool(differences)
            for difference in differences:
                click.echo(difference)
    click.echo(f"made again: {count}, of which {differing} came out otherwise")
    return differing


def _watched(db: Connection, chosen: Chosen, count: int) -> Iterator[list[replay.Difference]]:
    """Show how far it is to whoever looks on."""
    with click.progressbar(
        replay.again(db, chosen), count, "Making again", file=sys.stderr
    ) as bar:
        yield from bar
