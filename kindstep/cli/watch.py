"""`kindstep watch`: what passes over the broker, as it passes."""

import asyncio
import json
import ssl
from pathlib import Path
from typing import Any

import aiomqtt
import click
import msgspec

from gateway import wire


@click.command("watch")
@click.option("--broker", default="127.0.0.1:1883", show_default=True, metavar="HOST:PORT")
@click.option("--user", default=None, help="Who asks.")
@click.option("--password-file", type=click.Path(path_type=Path, exists=True), default=None)
@click.option("--tls", is_flag=True, help="By TLS.")
@click.option(
    "--ca-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="By TLS, trusting this authority instead of the system's.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a message.")
@click.option("--count", type=click.IntRange(min=1), default=None, help="End after so many.")
def command(
    broker: str,
    user: str | None,
    password_file: Path | None,
    ca_file: Path | None,
    *,
    tls: bool,
    as_json: bool,
    count: int | None,
) -> None:
    """Show every message between gateways and hub. Nothing depends on it being seen."""
    host, _, port = broker.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 1 << 16:
        raise click.UsageError(f"--broker {broker!r}: wanted HOST:PORT")
    password = password_file.read_text().strip() if password_file else None
    try:
        context = ssl.create_default_context(cafile=ca_file) if tls or ca_file else None
    except ssl.SSLError as error:
        raise click.UsageError(f"--ca-file {ca_file}: no certificate in it") from error

    async def watch() -> None:
        client = aiomqtt.Client(
            host, int(port), username=user, password=password, tls_context=context
        )
        await _watch(client, as_json=as_json, count=count)

    try:
        asyncio.run(watch())
    except aiomqtt.MqttError as error:
        raise click.ClickException(f"{broker}: {error}") from error
    except KeyboardInterrupt:
        raise click.exceptions.Exit(0) from None


async def _watch(client: aiomqtt.Client, *, as_json: bool, count: int | None) -> None:
    left = count
    async with client:
        await client.subscribe("kindstep/v1/#")
        async for message in client.messages:
            reading = read(message.topic.value, bytes(message.payload))  # pyright: ignore[reportArgumentType] - a payload received is bytes
            click.echo(json.dumps(reading) if as_json else _in_words(reading))
            if left is not None:
                left -= 1
                if left == 0:
                    return


def read(topic: str, payload: bytes) -> dict[str, Any]:
    """Return a message as plain values; what cannot be read says why."""
    kind = topic.rsplit("/", 1)[-1]
    try:
        if kind == "batch":
            batch = wire.decode_batch(payload)
            fields = msgspec.to_builtins(batch)
            del fields["samples"], fields["offsets_us"]
            return {"topic": topic, "bytes": len(payload), "size": batch.size, **fields}
        if "/last/" in topic:
            return {"topic": topic, **msgspec.json.decode(payload, type=dict[str, Any])}
        return {"topic": topic, **msgspec.msgpack.decode(payload, type=dict[str, Any])}
    except (wire.BrokenContract, msgspec.MsgspecError) as error:
        return {"topic": topic, "bytes": len(payload), "unreadable": str(error)}


def _in_words(reading: dict[str, Any]) -> str:
    topic = reading["topic"]
    if "unreadable" in reading:
        return f"{topic}: {reading['bytes']} bytes, unreadable: {reading['unreadable']}"
    if "stream" in reading:
        return (
            f"{topic}: {reading['stream']} #{reading['sequence']}, "
            f"{reading['size']} samples in {reading['bytes']} bytes"
        )
    return f"{topic}: {json.dumps({k: v for k, v in reading.items() if k != 'topic'})}"
