"""`kindstep engagement`: why people stuck with it or left, from a package."""

import math
from collections.abc import Iterator
from pathlib import Path

import click

from coaching.effect import Interval
from research.engagement import Engagement, engagement
from research.export import BadPackage
from research.opened import Opened


@click.command("engagement")
@click.argument("package", type=click.Path(path_type=Path, exists=True, file_okay=False))
def command(package: Path) -> None:
    """Tell how long people wore it, what they did together, and what went with more steps.

    Each line of the last says whether a draw decided, or people differ also otherwise.
    """
    try:
        found = engagement(Opened(package))
    except BadPackage as error:
        raise click.ClickException(str(error)) from error
    for line in _lines(found):
        click.echo(line)


def _lines(found: Engagement) -> Iterator[str]:
    stayed = found.retention
    yield f"{stayed.people} people followed, {stayed.left} left off for two weeks or more"
    median = stayed.median_day
    yield f"half had left by day {median}" if median else "fewer than half have left"
    yield "still with it:"
    for step in stayed.steps:
        yield f"  from day {step.day:>3}  {_percent(step.share)}  of {step.at_risk}"
    yield "worn for ten hours or more, of days:"
    for week in found.worn:
        yield f"  week {week.week:>3}  {_percent(week.share)}  of {week.people}"
    yield "interactions a person and year:"
    for rate in found.contacts:
        yield f"  with {rate.whom}: {_number(rate.a_year, '.0f')}, {rate.count} in all"
    yield "what went with more steps:"
    for each in found.findings:
        told = each.refused
        if each.effect is not None:
            told = f"{_number(each.effect, '+.2f')} {each.unit}"
        yield f"  {each.name}: {told} ({each.design.value}, {each.people} people)"


def _percent(share: Interval) -> str:
    if math.isnan(share.low):
        return f"{share.value:.0%}"
    return f"{share.value:.0%} ({share.low:.0%} to {share.high:.0%})"


def _number(found: Interval, form: str) -> str:
    if math.isnan(found.low):
        return f"{found.value:{form}}"
    return f"{found.value:{form}} ({found.low:{form}} to {found.high:{form}})"
