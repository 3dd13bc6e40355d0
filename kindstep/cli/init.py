"""`kindstep init`: from an empty folder to a hub that can be started."""

import getpass
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from kindstep import founding
from kindstep.cli.zones import Zone
from kindstep.enrolment import NotDone


@click.command("init")
@click.argument("where", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--name", prompt="Your name", default=getpass.getuser)
@click.option(
    "--study",
    type=click.Choice(founding.STUDIES),
    prompt="Which study: usc, or solo for yourself alone",
    default="usc",
)
@click.option("--zone", type=Zone(), prompt="Your time zone", default=founding.zone_here)
@click.option(
    "--site",
    prompt="A word for this place, which stays for good: devices are named after it",
    default="home",
)
@click.option("--port", type=click.IntRange(1, 65535), prompt="Port of the pages", default=8800)
def command(where: Path, name: str, study: str, zone: ZoneInfo, site: str, port: int) -> None:
    """Begin a hub in WHERE: write kindstep.toml and study.toml, print how to sign in.

    Every question can be answered by an option.
    """
    plan = founding.Plan(name, study, zone.key, site, port)
    try:
        begun = founding.found(where.absolute(), plan)
    except (founding.AlreadyThere, NotDone) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Written: {where / founding.SETTINGS} and {where / founding.STUDY}")
    click.echo("Start hub, pages and this machine's radio with: kindstep up --gateway")
    click.echo("Then open, within a day and once each:")
    for page, address in begun.ways_in:
        click.echo(f"  {address}  {page}")
    click.echo("A radio on another machine is let in there, within a day and once, by")
    click.echo(f"  kindstep gateway enrol {begun.gateway_code}")
    click.echo(
        "with an address that leads here; others get a code by: kindstep gateway invite NAME"
    )
