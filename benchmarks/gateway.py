"""What a gateway costs: its own code and its stacks a notification, spool, MQTT and memory.

python -m benchmarks.gateway [--sensors 32] [--rows 10] [--seconds 30] [--folder .]

Sensors, gateway, broker (mosquitto) and the hub's double are processes of their own but for the
last, which lives here. In the gateway a timer looks every millisecond of CPU whose code runs;
the threads of spool and MQTT client are counted whole.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from gateway.spool import Spool
from kindstep.simulated import wearables
from tests.batches import batch
from tests.brokers import Mosquitto
from tests.hub_double import Hub

_LIMIT_BYTES = 8 << 30


async def _inside(
    broker: Mosquitto, what: str, radio: str, sensors: int, seconds: float
) -> dict[str, Any]:
    hub = await Hub(broker.port).ready()
    arguments = (what, str(broker.port), radio, str(broker.folder.parent))
    load = (str(sensors), str(seconds))
    gateway = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.gateway_inside", *arguments, *load, stdout=-1
    )
    said, _ = await gateway.communicate()
    hub.close()
    return json.loads(said)


def _hold(broker: Mosquitto, sensors: int, rows: int, seconds: float) -> None:
    with wearables(_devices(sensors, rows), ["hall"]) as sims:
        told = asyncio.run(_inside(broker, "hold", sims.radios["hall"], sensors, seconds))
    print(f"{sensors} sensors, {rows} rows a notification, {seconds:.0f} s", end=": ")
    _print(told, seconds)


def _print(told: dict[str, Any], seconds: float) -> None:
    traffic = told["traffic"]
    number = traffic["notifications"]
    print(f"{number} notifications, {traffic['acknowledged']} batches acknowledged")
    print(f"  went wrong: {told['troubles'] or 'nothing'}")
    samples = sum(told["samples"].values())
    for owner, seen in sorted(told["samples"].items(), key=lambda it: -it[1]):
        us = seen / samples * told["main_s"] / number * 1e6
        print(f"  {owner:20s} {us:6.0f} us a notification, give or take {us / seen**0.5:.0f}")
    print(f"  {'threads':20s} {told['threads_s'] / number * 1e6:6.0f} us (spool, MQTT client)")
    a_day = told["written_bytes"] / seconds * 86400 / (1 << 30)
    each = told["written_bytes"] / traffic["batches"] / (1 << 10)
    print(f"  {'disk':20s} {a_day:6.1f} GiB a day, {each:.1f} KiB a batch")
    memory = " ".join(str(mb) for mb in told["memory_mb"])
    print(f"  {'memory':20s} {memory} MB resident, bumble within")


def _devices(number: int, rows: int) -> list[dict[str, Any]]:
    kinds = ("strap", "glasses", "glasses", "glasses")
    return [
        {"kind": kinds[n % 4], "serial": f"B{n}", "wearer": {"seed": n}, "live_rows": rows}
        for n in range(number)
    ]


def _drain(broker: Mosquitto) -> None:
    told = asyncio.run(_inside(broker, "drain", "platform", 0, 0))
    number = told["batches"]
    print(
        f"spool to hub          {number / told['took_s']:8.0f} batches/s"
        f" {told['cpu_s'] / number * 1e6:5.0f} us of CPU, a window at a time"
    )


async def _one_by_one(spool: Spool, count: int) -> None:
    for n in range(count):
        await spool.keep([batch(n)])


async def _by_twenty(spool: Spool, count: int) -> None:
    for first in range(0, count, 20):
        await spool.keep([batch(first + n) for n in range(20)])


async def _by_fifty_devices(spool: Spool, count: int) -> None:
    async def keep(device: str) -> None:
        for n in range(count // 50):
            await spool.keep([batch(n, device=device)])

    await asyncio.gather(*(keep(f"device-{n}") for n in range(50)))


def _keep(
    fill: Callable[[Spool, int], Coroutine[None, None, None]], count: int, folder: Path
) -> None:
    with Spool(folder / f"{fill.__name__}.db", limit_bytes=_LIMIT_BYTES) as spool:
        wall, cpu = time.perf_counter(), time.process_time()
        asyncio.run(fill(spool, count))
        wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
    print(
        f"spool{fill.__name__.replace('_', ' '):17s}{count / wall_s:8.0f} put/s"
        f" {wall_s / count * 1e6:9.0f} us a batch, {cpu_s / count * 1e6:5.0f} us of CPU"
    )


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sensors", type=int, default=32)
    parser.add_argument("--rows", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--folder", default=".")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        folder = Path(name)
        broker = Mosquitto(folder / "broker").start()
        _hold(broker, chosen.sensors, chosen.rows, chosen.seconds)
        _drain(broker)
        broker.stop()
        _keep(_one_by_one, 1_000, folder)
        _keep(_by_twenty, 20_000, folder)
        _keep(_by_fifty_devices, 20_000, folder)


if __name__ == "__main__":
    _main()
