"""`kindstep doctor`: what stands in the way, before it does."""

from pathlib import Path

import click

from kindstep.doctor import examine


@click.command("doctor")
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
def command(path: Path | None) -> None:
    """Look at this machine and the settings; exit with 1 if something is wrong."""
    findings = list(examine(path))
    for finding in findings:
        click.echo(f"{'ok  ' if finding.well else 'BAD '} {finding.says}")
    if not all(finding.well for finding in findings):
        raise click.exceptions.Exit(1)
