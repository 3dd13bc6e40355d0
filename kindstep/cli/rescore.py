"""`kindstep rescore`: a whole study scored again from its archive, and compared."""

import sys
import time
from pathlib import Path

import click

from ingest.archive import ShelfAway
from kindstep import crews, rescoring, settings
from kindstep.bars import following
from kindstep.rescoring import Crew
from research.rescoring import OtherRun, Results


@click.command("rescore")
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True)
@click.option("--scheduler", metavar="ADDRESS", help="Of a Dask cluster that does the work.")
def command(path: Path | None, into: Path, workers: int, scheduler: str | None) -> None:
    """Score every day again from the samples, and list what differs from the minutes kept.

    May run beside the hub, and changes nothing. What is done is kept in a folder: after an end
    of any kind the same command goes on. Ends with 1 if anything differs.
    """
    crew = _crew(workers, scheduler)
    chosen = settings.load(path)
    try:
        with click.progressbar(length=1, label="Scoring again", file=sys.stderr) as bar:
            results = rescoring.rescore(chosen, into, _now_us(), crew, following(bar))
    except (OtherRun, ShelfAway, crews.WorkersDied, OSError) as error:
        raise click.ClickException(str(error)) from error
    raise SystemExit(int(_tell(results) > 0))


def _crew(workers: int, scheduler: str | None) -> Crew:
    if scheduler is None:
        return crews.processes(workers)
    try:
        return crews.dask(scheduler)
    except ImportError as error:
        raise click.UsageError("--scheduler needs Dask: pip install kindstep[dask]") from error


def _tell(results: Results) -> int:
    """Print what differs, and what there was; return how many days differ."""
    scored = results.all()
    for each in scored:
        for device in each.differing:
            minutes = f"{device.device}: {device.minutes} minutes"
            click.echo(f"{each.participant} {each.day} {minutes}")
        if each.dropped:
            click.echo(f"{each.participant} {each.day}: samples were dropped, not scored")
    days = sum(not each.dropped for each in scored)
    samples = sum(each.samples for each in scored)
    differing = sum(bool(each.differing) for each in scored)
    what = f"{samples:,} samples of {days:,} days"
    click.echo(f"scored again: {what}, of which {differing} differ")
    return differing


def _now_us() -> int:
    return time.time_ns() // 1000
