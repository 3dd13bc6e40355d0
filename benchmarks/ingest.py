"""Ingest beside its peers, and under the load of a large study; all of it on this machine.

python -m benchmarks.ingest drain      a backlog of 3 kB messages, client by client
python -m benchmarks.ingest load       20,000 participants at 50 Hz for a minute

`drain` lets each client empty the same preloaded session, over the embedded broker and over
mosquitto: ours makes every message durable, the others store nothing. amqtt's client takes
part when `make peers` has set it up. `load` runs the hub itself, and a publisher beside it.
"""

import argparse
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks import bench_ingest, ingest_load
from benchmarks.ingest_peers import PEERS, preload
from tests.brokers import BROKERS

_MESSAGES = 20_000


@dataclass(frozen=True, slots=True)
class Drained:
    """How one client did."""

    rate: float  # messages a second
    client_us: float  # CPU a message
    broker_us: float


def _drain(broker: str, peer: str, messages: int) -> Drained | None:
    """Fill a session of a client that is away, and let the client empty it."""
    with tempfile.TemporaryDirectory() as folder:
        server = BROKERS[broker](Path(folder) / "broker", gateways=("home",)).start()
        try:
            command = PEERS[peer](server.port, Path(folder), messages)
            if command is None:
                return None
            subprocess.run([*command, "0"], check=True, stdout=subprocess.DEVNULL)
            preload(server.port, messages)
            before_s = _cpu_s(server.process.pid)
            with subprocess.Popen(
                [*command, str(messages)], stdout=subprocess.PIPE, text=True
            ) as client:
                said = client.communicate(timeout=300)[0].split()
            wall_s, client_s = map(float, said)
            broker_s = _cpu_s(server.process.pid) - before_s
        finally:
            server.stop()
    each_us = 1e6 / messages
    return Drained(messages / wall_s, client_s * each_us, broker_s * each_us)


def _cpu_s(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def _compare(messages: int) -> None:
    for broker in BROKERS:
        for peer in PEERS:
            found = _drain(broker, peer, messages)
            if found is None:
                print(f"{broker:9} {peer:13} not here")
                continue
            print(
                f"{broker:9} {peer:13} {found.rate:7.0f} messages/s  "
                f"{found.client_us:6.1f} us CPU a message, {found.broker_us:5.1f} the broker's",
                flush=True,
            )
    bench_ingest.main()


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["drain", "load"])
    parser.add_argument("--messages", type=int, default=_MESSAGES)
    parser.add_argument("--participants", type=int, default=20_000)
    parser.add_argument("--seconds", type=int, default=60)
    asked = parser.parse_args()
    if asked.what == "drain":
        _compare(asked.messages)
    else:
        ingest_load.run(asked.participants, asked.seconds)


if __name__ == "__main__":
    main()
