"""`kindstep gateway`: one edge process beside a radio."""

import logging
from pathlib import Path

import click

from gateway import service
from kindstep import process, settings, toml_file


@click.command("gateway")
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
def command(path: Path | None) -> None:
    """Carry what wearables say to the hub, until Ctrl-C."""
    try:
        chosen = settings.load_gateway(path)
    except toml_file.BadSettings as error:
        raise click.UsageError(str(error)) from error
    # A lost radio is told by us, once; bumble would add a traceback for each thing it held.
    logging.getLogger("bumble").setLevel(logging.CRITICAL)
    process.run(service.serve(chosen))
