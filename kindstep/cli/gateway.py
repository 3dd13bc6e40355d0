"""`kindstep gateway`: one edge process beside a radio, and what may be asked of it."""

import asyncio
import contextlib
import functools
import importlib.util
import json
import logging
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Final, TextIO, TypeVar

import click
import msgspec
from bleak.exc import BleakError

from gateway import hatch, service, tokens, wire
from gateway.adapter import is_of_platform
from gateway.redaction import without_addresses
from gateway.spool import SpoolUnusable
from gateway.survey import survey
from gateway.wire import PairingMethod
from kindstep import (
    described,
    gateway_enrolment,
    gateway_pairing,
    gateway_status,
    process,
    room,
    settings,
)
from kindstep.gateway_enrolment import Wishes

T = TypeVar("T")

_LEVELS: Final = {"off": 0, "mild": 1, "high": 2}
_settings_option = click.option(
    "--settings", "path", type=click.Path(path_type=Path, dir_okay=False)
)


@click.group("gateway", invoke_without_command=True)
@_settings_option
@click.pass_context
def command(context: click.Context, path: Path | None) -> None:
    """Carry what wearables say to the hub, until Ctrl-C; or see to a gateway."""
    context.obj = path
    if context.invoked_subcommand is None:
        context.invoke(run, path=path)


@command.command()
@_settings_option
@click.pass_obj
def run(outer: Path | None, path: Path | None) -> None:
    """Carry what wearables say to the hub, until Ctrl-C."""
    chosen = settings.load_gateway(path or outer)
    foreign = [radio for radio in chosen.radios if not is_of_platform(radio)]
    if foreign and importlib.util.find_spec("bumble") is None:
        needs = f'radio = "{foreign[0]}" needs bumble: pip install "kindstep[radio]"'
        raise click.ClickException(needs)
    # A lost radio is told by us, once; bumble would add a traceback for each thing it held.
    logging.getLogger("bumble").setLevel(logging.CRITICAL)
    once = functools.partial(service.serve, chosen, kinds=described.kinds(chosen.sensors))
    try:
        process.run(room.waited_for(chosen.spool.parent, once))
    except SpoolUnusable as error:
        raise click.ClickException(str(error)) from error


@command.command()
@_settings_option
@click.argument("name")
@click.pass_obj
def invite(outer: Path | None, path: Path | None, name: str) -> None:
    """At the hub: print a code by which a gateway called NAME enrols, once and within a day."""
    from kindstep.enrolment import open_desk  # here, since a gateway has not what it needs

    with open_desk(path or outer) as desk:
        try:
            code = desk.invite(name)
        except wire.BrokenContract as error:
            says = f"{error}: up to 64 letters, digits, - and _, but not hub"
            raise click.UsageError(says) from error
    click.echo(f"On the gateway's machine: kindstep gateway enrol {code}")


@command.command()
@_settings_option
@click.argument("code")
@click.option("--site", help="Whose gateways give devices the same names.")
@click.option(
    "--ca-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The authority of a hub that has its own.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Where token and spool lie, if not beside the settings.",
)
@click.pass_obj
def enrol(outer: Path | None, path: Path | None, code: str, **wishes: Any) -> None:  # noqa: ANN401 - by name, as Wishes has them
    """Trade CODE of the operator's page for a token, and write down where to publish."""
    chosen = path or outer or settings.DEFAULT_PATH
    try:
        made = gateway_enrolment.enrol(chosen, code, Wishes(**wishes))
    except tokens.NotAdmitted as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(
        f"This is {made.gateway} now. Start it with: kindstep gateway --settings {chosen}"
    )


@command.command()
@_settings_option
@click.option("--seconds", type=click.FloatRange(min=1), default=10, show_default=True)
@click.option(
    "--addresses", is_flag=True, help="Say where adverts that can be listed come from."
)
@click.pass_obj
def scan(outer: Path | None, path: Path | None, seconds: float, *, addresses: bool) -> None:
    """List what is heard, nearest first and without names, and what this gateway can hold."""
    chosen = settings.load_gateway(path or outer)
    try:
        heard = asyncio.run(
            survey(chosen.radios, chosen.bonds, seconds, described.kinds(chosen.sensors))
        )
    except BleakError as error:
        raise click.ClickException(without_addresses(str(error.args[0]))) from error
    for near in heard:
        held = near.kind or ("can be listed" if near.listable else "not supported")
        held = near.listable if addresses and near.listable else held
        click.echo(f"{near.rssi_dbm:>4} dBm  {held:18}  {', '.join(near.services) or '-'}")
    click.echo(f"{len(heard)} heard, {sum(near.kind is not None for near in heard)} supported")


@command.command()
@_settings_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def status(outer: Path | None, path: Path | None, *, as_json: bool) -> None:
    """Show the running gateway's sensors, spool, clocks and counts."""
    (told,) = _ask(path or outer, hatch.Status())
    if as_json:
        click.echo(msgspec.json.encode(told))
    else:
        said = msgspec.convert(told, wire.GatewayStatus)
        click.echo("\n".join(gateway_status.lines(said)))


@command.command()
@_settings_option
@click.argument("device")
@click.argument("level", type=click.Choice(list(_LEVELS)), default="high")
@click.pass_obj
def alert(outer: Path | None, path: Path | None, device: str, level: str) -> None:
    """Let DEVICE ring or shake, so that it is found; `off` ends it."""
    order = hatch.Order(device=device, kind="alert", level=_LEVELS[level])
    _ask(path or outer, order)


@command.command("set-time")
@_settings_option
@click.argument("device")
@click.pass_obj
def set_time(outer: Path | None, path: Path | None, device: str) -> None:
    """Set DEVICE's calendar to this machine's time, in UTC."""
    _ask(path or outer, hatch.Order(device=device, kind="set_time"))


@command.command()
@_settings_option
@click.argument("device")
@click.pass_obj
def forget(outer: Path | None, path: Path | None, device: str) -> None:
    """Forget the bond with DEVICE, so that it can be paired anew."""
    _ask(path or outer, hatch.Order(device=device, kind="forget_bond"))


@command.command()
@_settings_option
@click.argument("device")
@click.pass_obj
def restart(outer: Path | None, path: Path | None, device: str) -> None:
    """Drop the link to DEVICE and make it anew."""
    _ask(path or outer, hatch.Order(device=device, kind="restart"))


@command.command()
@_settings_option
@click.argument("device")
@click.option("--entry", "method", flag_value="entry", help="The device shows a passkey.")
@click.option("--display", "method", flag_value="display", help="You type one into it.")
@click.pass_obj
def pair(
    outer: Path | None, path: Path | None, device: str, method: PairingMethod | None
) -> None:
    """Pair DEVICE, named as in `status` or by its radio address."""
    here = hatch.beside(settings.load_gateway(path or outer).spool)
    console = gateway_pairing.Console(click.echo, _typed_passkey)
    try:
        asyncio.run(gateway_pairing.pair(here, device, method or "just_works", console))
    except hatch.Refused as refused:
        raise click.ClickException(str(refused)) from refused


def _typed_passkey() -> int:
    try:
        asks = "the passkey that the device shows"
        return click.prompt(asks, type=click.IntRange(0, gateway_pairing.LAST_PASSKEY))
    except click.Abort as error:
        raise hatch.Refused("no passkey was typed") from error


@command.command()
@_settings_option
@click.argument("device")
@click.pass_obj
def pause(outer: Path | None, path: Path | None, device: str) -> None:
    """Let DEVICE alone until `resume`."""
    _ask(path or outer, hatch.Order(device=device, kind="pause"))


@command.command()
@_settings_option
@click.argument("device")
@click.pass_obj
def resume(outer: Path | None, path: Path | None, device: str) -> None:
    """Call DEVICE again."""
    _ask(path or outer, hatch.Order(device=device, kind="resume"))


@command.command()
@_settings_option
@click.option("--seconds", type=click.FloatRange(min=1), default=60, show_default=True)
@click.argument("device")
@click.argument("file", type=click.File("w"))
@click.pass_obj
def record(
    outer: Path | None, path: Path | None, device: str, file: TextIO, seconds: float
) -> None:
    """Call DEVICE anew and save what is said into FILE: its readings, not who it is."""
    here = hatch.beside(settings.load_gateway(path or outer).spool)

    async def save() -> int:
        lines = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for line in hatch.ask(here, hatch.Record(device=device)):
                    file.write(json.dumps(line) + "\n")
                    lines += 1
        return lines

    click.echo(f"{_answered(save())} lines")


def _ask(path: Path | None, question: hatch.Question) -> list[Any]:
    """Return what the running gateway answers."""
    here = hatch.beside(settings.load_gateway(path).spool)

    async def ask() -> list[Any]:
        return [value async for value in hatch.ask(here, question)]

    return _answered(ask())


def _answered(asking: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(asking)
    except hatch.Refused as refused:
        raise click.ClickException(str(refused)) from refused
