"""`kindstep demo`: a living study on one machine, with simulated wearables."""

import json
import sys
from pathlib import Path

import click

from kindstep import process

_PARTS = 1000  # of the progress bar


@click.command("demo")
@click.option("--seconds", type=click.FloatRange(min=1), help="End after so long, and count.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as one JSON object.")
@click.option("--lan", is_flag=True, help="Open it to phones in this network, by HTTPS.")
@click.option("--port", type=click.IntRange(1, 65535), default=8800, show_default=True)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("kindstep-demo"),
    show_default=True,
    help="Made anew at each start.",
)
def command(
    seconds: float | None, port: int, folder: Path, *, lan: bool, as_json: bool
) -> None:
    """Open the whole system: sixty people's past, six wearables now."""
    if process.is_taken(port):
        raise click.UsageError(f"port {port} is taken: choose another with --port")
    process.cache_kernels(folder)
    from kindstep import demo  # only now: kernels look for their cache when they load

    label = "Four weeks of sixty people"
    with (
        process.child(process.compile_command()) as compiling,
        click.progressbar(length=_PARTS, label=label, file=sys.stderr) as bar,
    ):
        prepared = demo.prepare(folder, lambda share: bar.update(int(_PARTS * share) - bar.pos))
        compiling.wait()
    click.echo("Starting radio, gateway, hub and pages", err=True)
    figures = process.run(
        demo.run(prepared, port, lambda line: click.echo(line, err=as_json), seconds, lan=lan)
    )
    if figures is None:
        return
    if as_json:
        click.echo(json.dumps(figures))
    else:
        click.echo("\n".join(f"{name:>14} {value:>9,}" for name, value in figures.items()))
