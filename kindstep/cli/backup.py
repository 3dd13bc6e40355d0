"""`kindstep backup`: copies of a hub, taken while it runs and proved by restoring them."""

import sys
import threading
import time
from pathlib import Path
from typing import Final

import click

from kindstep import settings, toml_file
from kindstep.backups import keeping
from kindstep.backups.contents import BadBackup
from kindstep.schema import StoreUnusable
from kindstep.settings import BackupSettings, Settings

_HOUR_US: Final = 3_600_000_000
_RETRY_S: Final = 600.0
_FIRST_S: Final = 60.0  # a hub that starts with us has its tables by then


@click.command("backup")
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--to", "into", type=click.Path(path_type=Path, file_okay=False))
@click.option("--again", is_flag=True, help="Go on, as often as the settings say.")
def command(path: Path | None, into: Path | None, *, again: bool) -> None:
    """Copy a hub's data, which may run; restore the copy aside and count it again there.

    The settings say where to, how often and how many are kept; where --to names, all are.
    """
    try:
        chosen = settings.load(path)
    except toml_file.BadSettings as error:
        raise click.UsageError(str(error)) from error
    if into is not None and not again:
        _back_up(chosen, into)
    elif chosen.backup is None:
        raise click.UsageError("say where with --to, or in the settings: [backup] folder")
    elif again:
        _go_on(chosen, chosen.backup)
    else:
        _back_up(chosen, chosen.backup.folder)
        keeping.thin(chosen.backup.folder, chosen.backup.keep)


def _go_on(chosen: Settings, backup: BackupSettings) -> None:
    """Back up whenever the last one is old enough, until the process is ended."""
    ended = threading.Event()
    wait_s = max(_FIRST_S, _due_in_s(backup))
    while not ended.wait(wait_s):
        try:
            _back_up(chosen, backup.folder)
            keeping.thin(backup.folder, backup.keep)
            wait_s = _due_in_s(backup)
        except click.ClickException as error:
            error.show()
            wait_s = min(_RETRY_S, backup.every_h * 3600)


def _due_in_s(backup: BackupSettings) -> float:
    proved = keeping.proved(backup.folder)
    taken_us = proved[-1].contents.taken_us if proved else 0
    return max(0.0, (taken_us + backup.every_h * _HOUR_US - _now_us()) / 1e6)


def _back_up(chosen: Settings, into: Path) -> None:
    try:
        with click.progressbar(
            length=keeping.expected_bytes(chosen), label="Backing up", file=sys.stderr
        ) as bar:
            done = keeping.back_up(chosen, into, _now_us, bar.update)
    except (BadBackup, StoreUnusable, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{done.folder}: {done.contents.size / 1e6:.1f} MB, restored aside and right")


def _now_us() -> int:
    return time.time_ns() // 1000
