"""`kindstep people`: who takes part, what they wear, and how they sign in."""

from datetime import datetime
from pathlib import Path
from typing import Final

import click

from coaching.post.channels import Kind
from kindstep import enrolment
from kindstep.taking_in import Newcomer
from people import registry

_settings = click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))


@click.group("people")
def command() -> None:
    """Take people into the study."""


@command.command("add")
@_settings
@click.argument("name")
@click.option("--zone", default="UTC", show_default=True, help="Such as Europe/Berlin.")
@click.option("--age", "age_years", type=click.IntRange(1, 120), help="In years.")
@click.option("--arm", help="The study's first one if not given.")
@click.option("--coach", help="Who coaches them, by id.")
def add(
    path: Path | None,
    name: str,
    zone: str,
    age_years: int | None,
    arm: str | None,
    coach: str | None,
) -> None:
    """Take NAME in as a participant who shares nothing yet; print their id and a link."""
    with enrolment.open_desk(path) as desk:
        _tell(desk, desk.add(Newcomer(name, zone, age_years, arm, coach)))


def _takes_in(role: registry.Role, does: str) -> click.Command:
    @click.command(role.value, help=f"Let NAME {does}; print their id and a link.")
    @_settings
    @click.argument("name")
    def take_in(path: Path | None, name: str) -> None:
        with enrolment.open_desk(path) as desk:
            _tell(desk, desk.add_other(name, role))

    return take_in


#: Who is taken in by name alone, and what they may do.
_BY_NAME: Final = {
    registry.Role.COACH: "coach",
    registry.Role.RESEARCHER: "see what people share with research",
    registry.Role.OPERATOR: "run the study from its operator's page",
    registry.Role.SPONSOR: "follow the gifts they pay for",
}
for _role, _does in _BY_NAME.items():
    command.add_command(_takes_in(_role, _does))


@command.command("verify")
@_settings
@click.argument("coach")
@click.argument("credential")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="A date.")
def verify(path: Path | None, coach: str, credential: str, until: datetime) -> None:
    """Note that you saw COACH's CREDENTIAL; nobody is given to a coach without one."""
    with enrolment.open_desk(path) as desk:
        desk.verify(coach, credential, until.date())


_WHEN = "Such as 2026-03-01T09:30, by PERSON's clock; now if not given."


@command.command("wear")
@_settings
@click.argument("person")
@click.argument("device")
@click.option("--since", help=_WHEN)
@click.option("--until", help="For good if not given.")
def wear(
    path: Path | None, person: str, device: str, since: str | None, until: str | None
) -> None:
    """Give DEVICE, by the name the hub knows, to PERSON; what it said since then is theirs."""
    with enrolment.open_desk(path) as desk:
        desk.wear(person, device, since, until)


@command.command("hand-over")
@_settings
@click.argument("device")
@click.argument("person")
@click.option("--at", help=_WHEN)
def hand_over(path: Path | None, device: str, person: str, at: str | None) -> None:
    """Give DEVICE, which somebody wears, to PERSON."""
    with enrolment.open_desk(path) as desk:
        desk.hand_over(person, device, at)


@command.command("reach")
@_settings
@click.argument("person")
@click.option("--email", help="An address that the hub's mail server writes to.")
@click.option("--webhook", help="An Apprise URL, such as jsons://host/path or ntfys://topic.")
def reach(path: Path | None, person: str, email: str | None, webhook: str | None) -> None:
    """Say where PERSON is told that a message waits, besides their page."""
    with enrolment.open_desk(path) as desk:
        if email is not None:
            desk.reach(person, Kind.EMAIL, email)
        if webhook is not None:
            desk.reach(person, Kind.WEBHOOK, webhook)


@command.command("zone")
@_settings
@click.argument("person")
@click.argument("zone")
@click.option("--since", help=_WHEN)
def zone(path: Path | None, person: str, zone: str, since: str | None) -> None:
    """Say that PERSON is in ZONE, such as Europe/Berlin; days that moves are scored again."""
    with enrolment.open_desk(path) as desk:
        desk.move(person, zone, since)


@command.command("strangers")
@_settings
def strangers(path: Path | None) -> None:
    """List devices that spoke while nobody wore them, and when."""
    with enrolment.open_desk(path) as desk:
        for line in desk.strangers():
            click.echo(line)


@command.command("link")
@_settings
@click.argument("person")
def link(path: Path | None, person: str) -> None:
    """Print a new link by which PERSON signs in once."""
    with enrolment.open_desk(path) as desk:
        _tell(desk, person)


@command.command("erase")
@_settings
@click.argument("person")
@click.confirmation_option(prompt="This erases all of them for good. Go on?")
def erase(path: Path | None, person: str) -> None:
    """Erase what is kept of PERSON: in the store now, in the archive as the hub seals."""
    with enrolment.open_desk(path) as desk:
        click.echo(f"{desk.erase(person):,} records erased")


@command.command("erased")
@_settings
def erased(path: Path | None) -> None:
    """List who left, and how far their samples are gone: the proof."""
    with enrolment.open_desk(path) as desk:
        for line in desk.left():
            click.echo(line)


@command.command("list")
@_settings
def listing(path: Path | None) -> None:
    """List everyone, and what they wear."""
    with enrolment.open_desk(path) as desk:
        for line in desk.everyone():
            click.echo(line)


def _tell(desk: enrolment.Desk, person: str) -> None:
    address = desk.link(person)
    click.echo(f"{person}\n{address}")
