"""`kindstep score`: a recording through the same streaming shard as live data."""

import json
from pathlib import Path

import click

from analytics.recording import BadRecording, score_file


@click.command("score")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--rate", "rate_hz", type=float, help="Samples a second, without a time column.")
@click.option("--scale", type=float, help="What one raw integer is worth in g.")
@click.option("--epoch", "epoch_s", type=click.IntRange(1, 3600), default=60, show_default=True)
@click.option("--chunk", type=click.IntRange(min=1), help="Samples fed at a time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(
    file: Path,
    rate_hz: float | None,
    scale: float | None,
    epoch_s: int,
    chunk: int | None,
    *,
    as_json: bool,
) -> None:
    """Score FILE, a CSV or Parquet table with columns x, y, z (and time, in seconds)."""
    try:
        result = score_file(file, rate_hz=rate_hz, scale=scale, epoch_s=epoch_s, chunk=chunk)
    except BadRecording as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(json.dumps(result))
        return
    click.echo(f"{'epoch':>8}  {'samples':>8}  {'ENMO mg':>8}  {'steps':>6}")
    for epoch in result["epochs"]:
        enmo_g = epoch["enmo_g"]
        enmo = "-" if enmo_g is None else f"{1000 * enmo_g:.1f}"
        click.echo(
            f"{epoch['start_s']:>8.0f}  {epoch['n_valid']:>8}  {enmo:>8}  {epoch['steps']:>6}"
        )
    click.echo(f"{result['steps']} steps in {result['samples']} samples")
    for warning in result["warnings"]:
        click.echo(warning, err=True)
