"""`kindstep backup`: copies of a hub, taken while it runs and proved by restoring them."""

import sys
import threading
import time
from pathlib import Path

import click

from kindstep import settings
from kindstep.backups import keeping, schedule
from kindstep.backups.contents import BadBackup
from kindstep.settings import Settings


@click.command("backup")
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--to", "into", type=click.Path(path_type=Path, file_okay=False))
@click.option("--again", is_flag=True, help="Go on, as often as the settings say.")
def command(path: Path | None, into: Path | None, *, again: bool) -> None:
    """Copy a hub's data, which may run; restore the copy aside and count it again there.

    The settings say where to, how often and how many are kept; where --to names, all are.
    """
    chosen = settings.load(path)
    if into is not None and not again:
        _back_up(chosen, into)
    elif chosen.backup is None:
        raise click.UsageError("say where with --to, or in the settings: [backup] folder")
    elif again:
        schedule.go_on(chosen, chosen.backup, threading.Event().wait, _now_us, click.echo)
    else:
        _back_up(chosen, chosen.backup.folder)
        keeping.thin(chosen.backup.folder, chosen.backup.keep)


def _back_up(chosen: Settings, into: Path) -> None:
    try:
        with click.progressbar(
            length=keeping.expected_bytes(chosen), label="Backing up", file=sys.stderr
        ) as bar:
            done = keeping.back_up(chosen, into, _now_us, bar.update)
    except (BadBackup, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{done.folder}: {done.contents.size / 1e6:.1f} MB, restored aside and right")


def _now_us() -> int:
    return time.time_ns() // 1000
