"""`kindstep simulate`: a study of people with known effects, lived through the real engine."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from coaching.protocol import Protocol
from kindstep import study
from kindstep.bars import following
from kindstep.simulation import study as studies
from kindstep.simulation.study import Plan
from kindstep.simulation.trials import Recovered, recovered, trials
from kindstep.simulation.truth import Truth

_TRUTH = Truth()


@click.command("simulate")
@click.argument("into", type=click.Path(path_type=Path))
@click.option("--study", "path", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--people", type=click.IntRange(2), default=40, show_default=True)
@click.option("--weeks", type=click.IntRange(1), default=6, show_default=True)
@click.option("--trials", "count", type=click.IntRange(1), default=1, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--odds", type=click.FloatRange(0, 1, min_open=True, max_open=True))
@click.option("--message", type=float, default=_TRUTH.message, show_default=True)
@click.option("--charity-day", type=float, default=_TRUTH.charity_day, show_default=True)
@click.option("--friend-steps", type=float, default=_TRUTH.friend_steps, show_default=True)
@click.option("--like-steps", type=float, default=_TRUTH.like_steps, show_default=True)
@click.option("--charity-steps", type=float, default=_TRUTH.charity_steps, show_default=True)
@click.option("--arm-steps", type=float, default=_TRUTH.arm_steps, show_default=True)
@click.option("--left-per-week", type=float, default=_TRUTH.left_per_week, show_default=True)
def command(
    into: Path,
    path: Path | None,
    count: int,
    odds: float | None,
    *,
    people: int,
    weeks: int,
    seed: int,
    **effects: Any,  # noqa: ANN401 - by name, as Truth has them
) -> None:
    """Let simulated people live a study through, and estimate what was put in.

    INTO is a folder that is not there yet: it gets the hub's folder, settings and a package for
    each trial, for a dry run of every analysis. With --trials each has another seed, and what
    is printed says how often limits hold the truth, and how often something is found. --odds
    leaves messages that come at set times to chance, and whether a goal is told with what it
    gives; --message and --charity-day, what these add, are in log steps.
    """
    if into.exists():
        raise click.ClickException(f"{into} is there already")
    try:
        truth = Truth(**effects)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    plan = Plan(people=people, weeks=weeks, seed=seed, truth=truth)
    protocol = _chosen(path, odds)
    try:
        with click.progressbar(length=1, label="Living", file=sys.stderr) as bar:
            found = trials(into, protocol, plan, count, following(bar))
    except OSError as error:
        raise click.ClickException(str(error)) from error
    for line in _lines(recovered(truth, found)):
        click.echo(line)
    click.echo(f"{into}: {count} of {people} people over {weeks} weeks")


def _chosen(path: Path | None, odds: float | None) -> Protocol:
    """Return the study's protocol, with messages at set times left to chance if asked for."""
    protocol = study.load(path)
    return protocol if odds is None else studies.left_to_chance(protocol, odds)


def _lines(found: Iterator[Recovered]) -> Iterator[str]:
    for each in found:
        if not each.found:
            yield f"{each.name}: {each.refused}"
            continue
        truth = "" if each.truth is None else f"put in {each.truth:g}, "
        covered = "" if each.covered is None else f", limits hold it {each.covered:.0%}"
        yield (
            f"{each.name}: {truth}found {each.mean:.2f}{covered}, "
            f"other than nothing {each.claimed:.0%} of {len(each.found)}"
        )
