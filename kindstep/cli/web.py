"""`kindstep web`: the pages, beside a hub on the same machine."""

from pathlib import Path

import click

from kindstep import pages, settings, study


@click.command("web")
@click.option("--settings", "path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--lan", is_flag=True, help="For the whole network, by HTTPS.")
def command(path: Path | None, *, lan: bool) -> None:
    """Serve the pages of the hub that uses the same settings, until Ctrl-C."""
    chosen = settings.load(path)
    protocol = study.load(chosen.study)
    pages.serve(settings.in_the_network(chosen) if lan else chosen, protocol)
