"""`kindstep export`: a package of the study's data for a researcher, and the check of one."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from ingest.archive import SamplesDropped, ShelfAway
from kindstep import exports, settings
from kindstep.bars import following
from people.authorize import Refused
from research import export as packages
from research.export import RAW_STREAMS, BadPackage, Plan, Profile, Unproven, Unsafe, Wish

_PROFILES: Final = [profile.value for profile in Profile]


@click.group("export", invoke_without_command=True)
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--profile", type=click.Choice(_PROFILES), default=Profile.SAFE_HARBOR.value)
@click.option("--into", type=click.Path(path_type=Path), help="A folder that is not there yet.")
@click.option("--as", "researcher", help="Who takes it, by id: people consent to research.")
@click.option("--for", "recipient", default="study", help="Each gets pseudonyms of their own.")
@click.option("--coarsen", is_flag=True, help="Tell less where people could be told apart.")
@click.option("--minutes-csv", is_flag=True, help="Minutes as CSV too, which is long.")
@click.option("--raw", multiple=True, type=click.Choice(list(RAW_STREAMS)), help="Samples too.")
@click.option("--preview", is_flag=True, help="Say only what it would tell, and how safe.")
@click.pass_context
def command(
    ctx: click.Context,
    path: Path | None,
    profile: str,
    into: Path | None,
    researcher: str | None,
    *,
    preview: bool,
    **wishes: Any,  # noqa: ANN401 - by name, as Wish has them
) -> None:
    """Write what people share with research into a folder; it is checked on the way.

    May run beside the hub. An unsafe package is refused, with what makes it so.
    """
    if ctx.invoked_subcommand is not None:
        return
    if researcher is None or (into is None and not preview):
        raise click.UsageError(
            "say who takes it with --as, and where to with --into or --preview"
        )
    wish = Wish(profile=Profile(profile), **wishes)
    with exports.Office(settings.load(path)) as desk:
        if preview or into is None:
            _preview(desk, researcher, wish)
        else:
            _write(desk, researcher, wish, into)


@command.command("verify")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def verify(folder: Path) -> None:
    """Check hashes, counts and consents of a package, and make its decisions again.

    Needs nothing but the package. Ends with 1 if anything is wrong.
    """
    with click.progressbar(length=1, label="Making again", file=sys.stderr) as bar:
        try:
            found = packages.verify(folder, following(bar))
        except BadPackage as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"package {found.package}")
    click.echo(f"{found.files} files, {found.rows:,} rows")
    click.echo(f"{found.decisions:,} decisions and {found.goals:,} goals made again")
    click.echo(f"{found.beliefs:,} beliefs learned again")
    for problem in found.problems:
        click.echo(problem, err=True)
    raise SystemExit(bool(found.problems))


def _preview(desk: exports.Office, researcher: str, wish: Wish) -> None:
    try:
        _show(desk.preview(researcher, wish, _now_us()))
    except Refused as error:
        raise click.ClickException(str(error)) from error


def _write(desk: exports.Office, researcher: str, wish: Wish, into: Path) -> None:
    with click.progressbar(length=1, label="Exporting", file=sys.stderr) as bar:
        try:
            name = desk.export(researcher, wish, into, _now_us(), following(bar))
        except Unsafe as refused:
            _show(refused.plan)
            raise click.ClickException(
                "nothing was written: people could be told apart"
            ) from None
        except (Unproven, SamplesDropped, ShelfAway, OSError) as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{into}: package {name}")


def _show(plan: Plan) -> None:
    for line in _lines(plan):
        click.echo(line)


def _lines(plan: Plan) -> Iterator[str]:
    yield f"{plan.look.people} of {plan.enrolled} participants share something with research"
    yield from (f"  {topic.value}: {count}" for topic, count in plan.shared.items())
    yield f"k = {plan.look.k}: so many are alike in the rarest combination of traits"
    yield from (f"  told less: {less}" for less in plan.coarsened())
    yield from (f"  too few: {cell.says}: {cell.people}" for cell in plan.small)
    if plan.profile.needs_expert:
        yield "an expert has to determine the risk before it is handed out"
    elif plan.safe:
        yield "safe to hand out"
    else:
        yield "refused; --coarsen tells less where that makes it safe"


def _now_us() -> int:
    return time.time_ns() // 1000
