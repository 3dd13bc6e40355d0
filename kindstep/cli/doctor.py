"""`kindstep doctor`: what stands in the way, before it does."""

import asyncio
import json
import os
from pathlib import Path

import click
from bleak.exc import BleakError

from gateway.redaction import without_addresses
from kindstep import radio_check, settings
from kindstep.doctor import examine


@click.command("doctor")
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--radio", is_flag=True, help="Use the radio for a minute, and write a report.")
@click.option("--seconds", type=click.FloatRange(min=1), default=60, show_default=True)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("kindstep-radio.json"),
    show_default=True,
    help="Where; it names no device and has no reading.",
)
def command(path: Path | None, seconds: float, report: Path, *, radio: bool) -> None:
    """Look at this machine and the settings; exit with 1 if something is wrong."""
    if radio:
        if not os.access(report.absolute().parent, os.W_OK):  # told before the minute is spent
            raise click.BadParameter(f"cannot write {report}", param_hint="--report")
        report.write_text(json.dumps(_use_radio(path, seconds), indent=2) + "\n")
        click.echo(f"written: {report}")
        return
    findings = list(examine(path))
    for finding in findings:
        click.echo(f"{'ok  ' if finding.well else 'BAD '} {finding.says}")
    if not all(finding.well for finding in findings):
        raise click.exceptions.Exit(1)


def _use_radio(path: Path | None, seconds: float) -> object:
    try:
        return asyncio.run(radio_check.check(settings.load_gateway(path), seconds))
    except BleakError as error:
        raise click.ClickException(without_addresses(str(error.args[0]))) from error
    except OSError as error:
        says = f"{error} (a gateway that runs here has to be stopped first)"
        raise click.ClickException(says) from error
