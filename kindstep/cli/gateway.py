"""`kindstep gateway`: one edge process beside a radio, and what may be asked of it."""

import logging
from pathlib import Path

import click

from gateway import service
from gateway.settings import GatewaySettings
from kindstep import process, settings, toml_file

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
    chosen = _load(path or outer)
    # A lost radio is told by us, once; bumble would add a traceback for each thing it held.
    logging.getLogger("bumble").setLevel(logging.CRITICAL)
    process.run(service.serve(chosen))


def _load(path: Path | None) -> GatewaySettings:
    try:
        return settings.load_gateway(path)
    except toml_file.BadSettings as error:
        raise click.UsageError(str(error)) from error
