"""Ingest beside its peers, and under the load of a large study; all of it on this machine.

python -m benchmarks.ingest drain         a backlog of 3 kB messages, client by client
python -m benchmarks.ingest flow          the same messages, while they are published
python -m benchmarks.ingest load          20,000 participants at 50 Hz for a minute
python -m benchmarks.ingest load --hour   and over an hour's end, which is sealed meanwhile
python -m benchmarks.ingest break         more and more of them, until the hub falls behind
python -m benchmarks.ingest seal          an hour of 40 participants moved into the archive

`drain` lets each client empty the same preloaded session, over the embedded broker and over
mosquitto, and `flow` lets it take what a publisher beside it sends as fast as it can: ours
makes every message durable, the others store nothing. amqtt's client takes part when
`make peers` has set it up. `load` and `break` run the hub itself, and a publisher beside it.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import psutil

from benchmarks import bench_ingest, ingest_load
from benchmarks.ingest_peers import PEERS, preload
from tests.brokers import BROKERS, Broker

Spent: TypeAlias = tuple[
    float, float, float
]  # s: of wall, of the client's CPU, of the broker's
How: TypeAlias = Callable[[Broker, list[str], int], Spent]


@dataclass(frozen=True, slots=True)
class Taken:
    """How one client did."""

    rate: float  # messages a second
    client_us: float  # CPU a message
    broker_us: float


def _drain(server: Broker, command: list[str], messages: int) -> Spent:
    """Let a client empty what was published while it was away."""
    preload(server.port, messages)
    before_s = _cpu_s(server)
    with subprocess.Popen([*command, str(messages)], stdout=subprocess.PIPE, text=True) as each:
        wall_s, client_s = each.communicate(timeout=300)[0].split()
    return float(wall_s), float(client_s), _cpu_s(server) - before_s


def _flow(server: Broker, command: list[str], messages: int) -> Spent:
    """Let a client take messages while they are published, from the first to the last."""
    publish = [sys.executable, "-m", "benchmarks.ingest_peers", str(server.port), str(messages)]
    with (
        subprocess.Popen([*command, str(messages)], stdout=subprocess.PIPE, text=True) as each,
        subprocess.Popen(publish, stdout=subprocess.PIPE) as publisher,
    ):
        _ready(publisher)
        before_s, begun_s = _cpu_s(server), time.perf_counter()
        _, client_s = each.communicate(timeout=300)[0].split()
        wall_s = time.perf_counter() - begun_s
    return wall_s, float(client_s), _cpu_s(server) - before_s


def _take(broker: str, peer: str, messages: int, how: How) -> Taken | None:
    with tempfile.TemporaryDirectory() as folder:
        server = BROKERS[broker](Path(folder) / "broker", gateways=("home",)).start()
        try:
            command = PEERS[peer](server.port, Path(folder), messages)
            if command is None:
                return None
            subprocess.run([*command, "0"], check=True, stdout=subprocess.DEVNULL)
            wall_s, client_s, broker_s = how(server, command, messages)
        finally:
            server.stop()
    each_us = 1e6 / messages
    return Taken(messages / wall_s, client_s * each_us, broker_s * each_us)


def _ready(publisher: subprocess.Popen[bytes]) -> None:
    if publisher.stdout is not None:
        publisher.stdout.readline()


def _cpu_s(server: Broker) -> float:
    if server.process is None:
        raise RuntimeError("the broker does not run")
    times = psutil.Process(server.process.pid).cpu_times()
    return times.user + times.system


def _compare(messages: int, how: How) -> None:
    for broker in BROKERS:
        for peer in PEERS:
            found = _take(broker, peer, messages, how)
            if found is None:
                print(f"{broker:9} {peer:13} not here")
                continue
            print(
                f"{broker:9} {peer:13} {found.rate:7.0f} messages/s  "
                f"{found.client_us:6.1f} us CPU a message, {found.broker_us:5.1f} the broker's",
                flush=True,
            )


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["drain", "flow", "load", "break", "seal"])
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--participants", type=int, default=20_000, help="break: of the most")
    parser.add_argument("--seconds", type=int, help="of load; break: of each step")
    parser.add_argument("--hour", action="store_true", help="let an hour end meanwhile")
    parser.add_argument(
        "--first", type=int, default=10_000, help="break: participants at first"
    )
    parser.add_argument(
        "--step", type=int, default=5_000, help="break: participants more a step"
    )
    asked = parser.parse_args()
    match asked.what:
        case "drain":
            _compare(asked.messages, _drain)
            bench_ingest.main()
        case "flow":
            _compare(asked.messages, _flow)
        case "load":
            seconds = asked.seconds or (240 if asked.hour else 60)
            ingest_load.run(asked.participants, seconds, over_an_hour=asked.hour)
        case "break":
            ingest_load.break_it(
                asked.first, asked.step, asked.participants, asked.seconds or 30
            )
        case _:
            ingest_load.seal(40)


if __name__ == "__main__":
    main()
