"""`kindstep score`: a recording through the same streaming shard as live data."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import click

from analytics.recording import BadRecording, Hints, Scoring, Unit, Wearer
from kindstep import epochs_file, score_table

_LONG_BYTES: Final = 1 << 23  # a file that takes a while
_STEPS: Final = 1_000  # of a progress bar


class _Refused(click.ClickException):
    """One line, and the code of a wrong argument."""

    exit_code = 2


class _Brief(click.Command):
    """Says in one line what is wrong with its arguments."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:  # noqa: ANN401 - as click's
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            raise _Refused(error.format_message()) from error


@click.command("score", cls=_Brief)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--rate", "rate_hz", type=float, help="Samples a second, without a time column.")
@click.option(
    "--unit", type=click.Choice(["g", "mg", "m/s2", "raw"]), help="What the file is in."
)
@click.option("--scale", type=float, help="What one raw integer is worth in g.")
@click.option("--range", "range_g", type=float, help="Where the sensor ends, in g.")
@click.option("--epoch", "epoch_s", type=click.IntRange(1, 3600), default=60, show_default=True)
@click.option(
    "--filter",
    "filter_name",
    type=click.Choice(["normal", "lfe"]),
    default="normal",
    show_default=True,
    help="Of ActiGraph counts; lfe is the low-frequency extension.",
)
@click.option("--chunk", type=click.IntRange(min=1), help="Samples fed at a time.")
@click.option(
    "--placement", type=click.Choice(["wrist", "hip", "glasses"]), help="Of the sensor."
)
@click.option("--age", "age_years", type=click.IntRange(1, 120), help="In years.")
@click.option("--resting-bpm", type=click.FloatRange(25, 120), help="Heart rate at rest.")
@click.option("--sex", type=click.Choice(["female", "male"]), help="For the training impulse.")
@click.option(
    "--upright",
    type=(float, float, float),
    help="x y z of where up is while the wearer stands, for posture.",
)
@click.option("--json", "as_json", is_flag=True, help="An object a line: epochs, then a total.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the epochs as Parquet.")
def command(
    file: Path,
    rate_hz: float | None,
    unit: str | None,
    scale: float | None,
    range_g: float | None,
    epoch_s: int,
    filter_name: str,
    chunk: int | None,
    placement: str | None,
    age_years: int | None,
    resting_bpm: float | None,
    sex: str | None,
    upright: tuple[float, float, float] | None,
    *,
    as_json: bool,
    out: Path | None,
) -> None:
    """Score FILE: acceleration (x, y, z), heart rate (bpm), beats (rr_ms), oxygen (spo2).

    FILE is CSV (also .gz, or ActiGraph's raw export), Parquet, .gt3x, .npy or .npz. A column
    time, in seconds or as dates, says when each row was; without it give --rate.
    """
    try:
        hints = Hints(rate_hz, cast("Unit | None", unit), scale, range_g)
        if upright is not None and not any(upright):
            raise _Refused("--upright has no direction: all three are 0")
        wearer = Wearer(placement, age_years, resting_bpm, sex, upright)
        lfe = filter_name == "lfe"
        scoring = Scoring(file, hints, epoch_s, chunk, lfe=lfe, wearer=wearer)
        epochs = _watched(scoring, file)
        if out is not None:
            epochs = epochs_file.kept(epochs, out)
        _print(epochs, scoring, as_json=as_json)
    except BadRecording as error:
        raise _Refused(str(error)) from error
    except epochs_file.NotWritten as error:
        raise _Refused(str(error)) from error


def _print(epochs: Iterator[dict[str, Any]], scoring: Scoring, *, as_json: bool) -> None:
    if as_json:
        for epoch in epochs:
            click.echo(json.dumps(epoch))
        total = scoring.total()
        click.echo(json.dumps({"total": total}))
    else:
        rows = score_table.Rows()
        for epoch in epochs:
            rows.add(epoch)
        total = scoring.total()
        plain = not (sys.stdout.encoding or "").lower().startswith("utf")
        width = shutil.get_terminal_size().columns
        for line in score_table.lines(rows, total, width, plain=plain):
            click.echo(line)
    for warning in total["warnings"]:
        click.echo(f"Warning: {warning}", err=True)


def _watched(scoring: Scoring, file: Path) -> Iterator[dict[str, Any]]:
    """Yield the epochs; show how far a long file was read to whoever looks on."""
    if not sys.stderr.isatty() or file.stat().st_size < _LONG_BYTES:
        yield from scoring.epochs()
        return
    with click.progressbar(length=_STEPS, label=file.name, file=sys.stderr) as bar:
        for epoch in scoring.epochs():
            bar.update(int(scoring.done() * _STEPS) - bar.pos)
            yield epoch
