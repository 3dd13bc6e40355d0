"""`kindstep decode`: what a characteristic's bytes say."""

import json

import click

from gateway.decode import decode_to_json


@click.command("decode")
@click.argument("characteristic")
@click.argument("value")
def command(characteristic: str, value: str) -> None:
    """Print VALUE, hexadecimal bytes of a CHARACTERISTIC such as 2A37, as one JSON object."""
    try:
        reading = decode_to_json(characteristic, value)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    click.echo(json.dumps(reading))
