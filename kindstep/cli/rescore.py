"""`kindstep rescore`: a whole study scored again from its archive, and compared."""

import sys
import time
from pathlib import Path

import click

from kindstep import rescoring, settings, toml_file
from kindstep.bars import following
from kindstep.schema import StoreUnusable
from research.rescoring import OtherRun, Results


@click.command("rescore")
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True)
def command(path: Path | None, into: Path, workers: int) -> None:
    """Score every day again from the samples, and list what differs from the minutes kept.

    May run beside the hub, and changes nothing. What is done is kept in a folder: after an end
    of any kind the same command goes on. Ends with 1 if anything differs.
    """
    try:
        chosen = settings.load(path)
        with click.progressbar(length=1, label="Scoring again", file=sys.stderr) as bar:
            results = rescoring.rescore(chosen, into, _now_us(), workers, following(bar))
    except toml_file.BadSettings as error:
        raise click.UsageError(str(error)) from error
    except (StoreUnusable, OtherRun, rescoring.WorkersDied) as error:
        raise click.ClickException(str(error)) from error
    raise SystemExit(int(_tell(results) > 0))


def _tell(results: Results) -> int:
    """Print what differs, and what there was; return how many days differ."""
    everyone = list(results.all())
    for scored in everyone:
        for each in scored.differing:
            click.echo(f"{scored.participant} {each.day} {each.device}: {each.minutes} minutes")
        for day in scored.dropped:
            click.echo(f"{scored.participant} {day}: samples were dropped, not scored")
    days = sum(scored.days for scored in everyone)
    samples = sum(scored.samples for scored in everyone)
    differing = sum(len({each.day for each in scored.differing}) for scored in everyone)
    what = f"{samples:,} samples of {days:,} days"
    click.echo(f"scored again: {what}, of which {differing} differ")
    return differing


def _now_us() -> int:
    return time.time_ns() // 1000
