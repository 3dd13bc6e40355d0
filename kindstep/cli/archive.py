"""`kindstep archive`: what is sealed, for how long there is room, and what was taken out."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from analytics import scores
from ingest.archive import Retention
from kindstep import disk, settings, stores
from kindstep.disk import Forecast
from kindstep.settings import Settings
from kindstep.shelves import open_archive

_HOUR_US: Final = 3_600e6
_DAY_US: Final = 86_400_000_000
_DAY: Final = click.DateTime(["%Y-%m-%d"])
_settings_option = click.option(
    "--settings", "path", type=click.Path(path_type=Path, dir_okay=False)
)


@click.group("archive")
def command() -> None:
    """See what is sealed, and for how long the disk lasts."""


@command.command("show")
@_settings_option
def show(path: Path | None) -> None:
    """Print the size of each stream, how fast it grows, and when the disk is full.

    May run beside the hub.
    """
    chosen = settings.load(path)
    try:
        found = disk.forecast(chosen, _now_us())
        days = _not_scored_again(chosen) if found else []
    except OSError as error:
        raise click.ClickException(str(error)) from error
    if found is None:
        click.echo(
            f"nothing is sealed in {chosen.data} yet: hours are sealed when they are over"
        )
        return
    for line in (*_table(found), *_says(found), *days):
        click.echo(line)


@command.command("exported")
@_settings_option
@click.option("--from", "first", type=_DAY, required=True, help="The first day, 2026-11-25.")
@click.option("--to", "last", type=_DAY, required=True, help="The last day.")
@click.option("--stream", "streams", multiple=True, help="Only this one; may be repeated.")
@click.option("--by", default="an operator", help="Who holds it, or where.")
def exported(
    path: Path | None, first: datetime, last: datetime, streams: tuple[str, ...], by: str
) -> None:
    """Say that samples of some days (UTC) are kept elsewhere: they may be dropped now.

    It holds for what is sealed by now; what comes late for those days is kept until it is
    exported in its turn.
    """
    if last < first:
        raise click.UsageError("--to is a day before --from")
    archive = open_archive(settings.load(path))
    span_us = (_day_us(first), _day_us(last) + _DAY_US)
    said = archive.export(by, span_us, streams or None, _now_us())
    if not said.streams:
        raise click.ClickException("nothing of that is sealed")
    click.echo(f"{', '.join(said.streams)} of these days may be dropped once they are old")


def _now_us() -> int:
    return time.time_ns() // 1000


def _day_us(day: datetime) -> int:
    return int(day.replace(tzinfo=UTC).timestamp()) * 1_000_000


def _table(found: Forecast) -> Iterator[str]:
    grows = found.growth
    yield f"{'stream':24}{'sealed MB':>14}{'MB a day':>14}{'days kept':>14}"
    for each in grows.streams:
        kept = _kept(found.retention, each.stream)
        yield _row(each.stream or "(refused)", each.size, each.bytes_a_day) + f"{kept:>14}"
    yield _row("together", grows.size, grows.bytes_a_day)


def _row(name: str, size: int, bytes_a_day: float) -> str:
    return f"{name:24}{size / 1e6:14,.2f}{bytes_a_day / 1e6:14,.2f}"


def _kept(keep: Retention, stream: str | None) -> str:
    return str(keep.keep_days.get(stream or "", "all"))


def _says(found: Forecast) -> Iterator[str]:
    grows = found.growth
    until = datetime.fromtimestamp(grows.until_us / 1e6, UTC)
    yield f"measured over {grows.over_us / _HOUR_US:.0f} h, until {until:%Y-%m-%d %H:%M}Z"
    if found.is_away:
        yield "the archive is in object storage: how much fits there is not known here"
    if found.free_bytes is not None:
        yield f"{found.free_bytes / 1e9:,.1f} GB free: room for {disk.about(found.days)}"
    if found.backups_here and not found.is_away:
        yield (
            "backups lie on the same disk: counted is a copy of everything, "
            f"and the {found.proof_bytes / 1e6:,.2f} MB that proving one takes for a while"
        )
    yield from _drops(found)


def _drops(found: Forecast) -> Iterator[str]:
    if not found.retention.keep_days:
        yield "nothing is dropped by itself; minutes and scores are not counted, they are small"
        return
    yield "samples older than that are dropped, minutes and scores never; they are small"
    if found.retention.until_exported:
        yield (
            f"nothing goes before it is exported: {found.waiting_bytes / 1e6:,.2f} MB wait for "
            f"that; with exports in time there is room for {disk.about(found.days_if_exported)}"
        )


def _not_scored_again(chosen: Settings) -> list[str]:
    store = stores.open_to_read(chosen)
    try:
        with stores.reached(), store.reading() as db:
            days = scores.not_scored_again(db)
    finally:
        store.close()
    return [f"{day} of {who} stays as it was scored: {reason}" for who, day, reason in days]
