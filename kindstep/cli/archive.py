"""`kindstep archive`: what is sealed, and for how long there is room for more."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from kindstep import disk, settings, toml_file
from kindstep.disk import Forecast

_HOUR_US: Final = 3_600e6


@click.group("archive")
def command() -> None:
    """See what is sealed, and for how long the disk lasts."""


@command.command("show")
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
def show(path: Path | None) -> None:
    """Print the size of each stream, how fast it grows, and when the disk is full.

    May run beside the hub.
    """
    try:
        chosen = settings.load(path)
        found = disk.forecast(chosen)
    except toml_file.BadSettings as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.ClickException(str(error)) from error
    if found is None:
        click.echo(
            f"nothing is sealed in {chosen.data} yet: hours are sealed when they are over"
        )
        return
    for line in (*_table(found), *_says(found)):
        click.echo(line)


def _table(found: Forecast) -> Iterator[str]:
    grows = found.growth
    yield f"{'stream':24}{'sealed MB':>14}{'MB a day':>14}"
    for each in grows.streams:
        yield _row(each.stream or "(refused)", each.size, each.bytes_a_day)
    yield _row("together", grows.size, grows.bytes_a_day)


def _row(name: str, size: int, bytes_a_day: float) -> str:
    return f"{name:24}{size / 1e6:14,.2f}{bytes_a_day / 1e6:14,.2f}"


def _says(found: Forecast) -> Iterator[str]:
    grows = found.growth
    until = datetime.fromtimestamp(grows.until_us / 1e6, UTC)
    yield f"measured over {grows.over_us / _HOUR_US:.0f} h, until {until:%Y-%m-%d %H:%M}Z"
    yield f"{found.free_bytes / 1e9:,.1f} GB free: room for about {found.days:,.0f} days"
    if found.backups_here:
        yield (
            "backups lie on the same disk: counted is a copy of everything, "
            f"and the {found.proof_bytes / 1e6:,.2f} MB that proving one takes for a while"
        )
    yield "nothing is dropped by itself; minutes and scores are not counted, they are small"
