"""The clients that `benchmarks.ingest` compares: each empties a session.

A client's command ends in how many messages it should wait for; with 0 it only makes sure that
it has a session. It prints seconds of wall time and of CPU from connecting to the last message.
"""

import shutil
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from gateway.wire import BATCHES, Batch, DeviceCount, batch_topic, encode
from tests.brokers import PASSWORD

_DEVICES: Final = 100
_SAMPLES: Final = 500
_STRETCH: Final = 250
_UNDER_WAY: Final = 4  # stretches that a publisher has not been told of
_START_US: Final = 1_700_000_000_000_000
_ROOT: Final = Path(__file__).parents[1]

Command: TypeAlias = Callable[[int, Path, int], list[str] | None]

_MEASURED: Final = """
import sys, time
def report(begun):
    print(time.perf_counter() - begun[0], time.process_time() - begun[1])
def begin():
    return time.perf_counter(), time.process_time()
port, password, topic, messages = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[-1])
"""

_OURS: Final = (
    _MEASURED
    + """
from pathlib import Path
from ingest.archive import Archive
from ingest.log.sqlite import SqliteLog
from ingest.settings import IngestSettings
from ingest.subscriber import Ingest
from kindstep import process
folder = Path(sys.argv[4])
log = SqliteLog(folder / "log")
settings = IngestSettings(port=port, user="hub", password_file=folder / "broker" / "password")
archive = Archive(folder / "archive")
now_us = lambda: time.time_ns() // 1000
ingest = Ingest(settings, folder / "hub", log, archive, now_us=now_us)
with process.rarely_collected():  # as in the hub
    begun = begin()
    ingest.start()
    while not ingest.health().connected:
        time.sleep(0.001)
    while log.last() < messages:
        time.sleep(0.005)
    report(begun)
    if not messages:
        time.sleep(0.5)
    ingest.stop()
"""
)
_AIOMQTT: Final = (
    _MEASURED
    + """
import asyncio, aiomqtt
async def main():
    begun, left = begin(), messages
    login = dict(username="hub", password=password, identifier="peer", clean_session=False)
    async with aiomqtt.Client("127.0.0.1", port, **login) as client:
        await client.subscribe(topic, qos=1)
        if left:
            async for message in client.messages:
                left -= 1
                if not left:
                    break
    report(begun)
asyncio.run(main())
"""
)
_AMQTT: Final = (
    _MEASURED
    + """
import asyncio, logging
from amqtt.client import MQTTClient
logging.disable(logging.CRITICAL)
async def main():
    client = MQTTClient(client_id="peer", config={"auto_reconnect": False})
    begun = begin()
    address = f"mqtt://hub:{password.replace(' ', '%20')}@127.0.0.1:{port}"
    await client.connect(address, cleansession=False)
    await client.subscribe([(topic, 1)])
    for _ in range(messages):
        await client.deliver_message()
    report(begun)
    await client.disconnect()
asyncio.run(main())
"""
)
_C_CLIENT: Final = """
import os, resource, subprocess, sys, time
port, password, topic, messages = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[-1]
command = ["mosquitto_sub", "-p", port, "-u", "hub", "-P", password, "-i", "peer", "-c"]
command += ["-q", "1", "-t", topic, "-F", "%l"]
command += ["-C", messages] if int(messages) else ["-E"]
begun_s = time.perf_counter()
subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(time.perf_counter() - begun_s, used.ru_utime + used.ru_stime)
"""


def _python(code: str, python: str | None = sys.executable) -> Command:
    def command(port: int, folder: Path, messages: int) -> list[str] | None:
        del messages
        if python is None:
            return None
        return [python, "-c", code, str(port), PASSWORD, BATCHES, str(folder)]

    return command


def _peers_python() -> str | None:
    python = _ROOT / ".venv-peers" / "bin" / "python"
    return str(python) if python.exists() else None


PEERS: Final[dict[str, Command]] = {
    "ours, durable": _python(_OURS),
    "mosquitto_sub": _python(
        _C_CLIENT, sys.executable if shutil.which("mosquitto_sub") else None
    ),
    "aiomqtt": _python(_AIOMQTT),
    "amqtt": _python(_AMQTT, _peers_python()),
}


def preload(port: int, messages: int) -> None:
    """Publish batches of 3 kB to a session whose client is away."""
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set("home", PASSWORD)
    client.max_inflight_messages_set(500)
    client.connect("127.0.0.1", port)
    client.loop_start()
    under_way: deque[paho.MQTTMessageInfo] = deque()
    for n in range(messages):
        sent = batch(n % _DEVICES, n // _DEVICES, _START_US)
        info = client.publish(batch_topic("home", sent.device), encode(sent), 1)
        if n % _STRETCH == 0 or n == messages - 1:
            under_way.append(info)
        if len(under_way) > _UNDER_WAY:
            under_way.popleft().wait_for_publish(60)
    while under_way:
        under_way.popleft().wait_for_publish(60)
    client.disconnect()
    client.loop_stop()


def batch(device: int, sequence: int, start_us: int) -> Batch:
    """Return ten seconds of acceleration at 50 Hz."""
    first = sequence * _SAMPLES
    return Batch(
        device=f"glasses-{device:016x}",
        boot=(1 << 62) + device,
        stream="accel",
        sequence=sequence,
        start_us=start_us + first * 20_000,
        start_error_us=900,
        period_us=20_000.0,
        scale=1 / 256,
        unit="g",
        channels=3,
        samples=_MOVEMENT,
        counted=DeviceCount(boot=1, sample=first, ticks=first * 655 % (1 << 32)),
    )


def _movement() -> bytes:
    """Return a walk, so that it compresses as one."""
    random = np.random.default_rng(1)
    phase = np.arange(_SAMPLES) / 50 * 2 * np.pi * 1.9
    axes = np.column_stack([np.sin(phase) * 90, np.cos(phase) * 60, 256 + np.sin(phase) * 120])
    return (axes + random.normal(0, 4, axes.shape)).astype("<i2").tobytes()


_MOVEMENT: Final = _movement()


if __name__ == "__main__":
    print("begins", flush=True)
    preload(int(sys.argv[1]), int(sys.argv[2]))
