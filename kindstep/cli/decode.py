"""`kindstep decode`: what a characteristic's bytes say."""

import json
from pathlib import Path

import click

from gateway.decode import decode_to_json
from kindstep import described


@click.command("decode")
@click.argument("characteristic")
@click.argument("value")
@click.option(
    "--sensors",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder of described sensors.",
)
def command(characteristic: str, value: str, sensors: Path | None) -> None:
    """Print VALUE, hexadecimal bytes of a CHARACTERISTIC such as 2A37, as one JSON object.

    An advert is named by the service that its data belongs to, such as FCD2.
    """
    try:
        own = described.characteristics(sensors)
        reading = decode_to_json(characteristic, value, own)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(json.dumps(reading))
