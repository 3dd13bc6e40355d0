"""From a message to the durable log: messages a second and CPU a message, at 3 kB.

python -m benchmarks.bench_ingest [FOLDER]
"""

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gateway.wire import Batch, DeviceCount, batch_topic, encode
from ingest.accounts import Accounts
from ingest.archive import Archive
from ingest.deadletters import DeadLetters
from ingest.inbox import Message
from ingest.journal import Journal
from ingest.log import Arrival
from ingest.log.sqlite import SqliteLog
from ingest.reading import read
from ingest.settling import Settling

_SAMPLES = 500
_GROUP = 100  # what 50 ms bring at 2,000 messages a second
_GROUPS = 200
_START_US = 1_700_000_000_000_000


def _batch(device: int, sequence: int) -> Batch:
    first = sequence * _SAMPLES
    return Batch(
        device=f"glasses-{device:016x}",
        boot=(1 << 62) + device,
        stream="accel",
        sequence=sequence,
        start_us=_START_US + first * 20_000,
        start_error_us=900,
        period_us=20_000.0,
        scale=1 / 256,
        unit="g",
        channels=3,
        samples=bytes(6 * _SAMPLES),
        counted=DeviceCount(boot=1, sample=first, ticks=0),
    )


def _append(folder: Path) -> None:
    log = SqliteLog(folder / "log")
    groups = [
        [Arrival(_START_US, "hall", 0, _batch(device, n)) for device in range(_GROUP)]
        for n in range(_GROUPS)
    ]
    _measure("log alone, a commit a group", groups, log.append)
    log.close()


def _settle(folder: Path) -> None:
    log = SqliteLog(folder / "log")
    accounts = Accounts(folder / "accounts.db", Journal(log, Archive(folder / "archive")))
    letters = DeadLetters(folder / "dead.db", 1 << 20)
    settling = Settling(log, accounts, letters, threading.Event())
    groups = [
        [_message(_batch(device, n), n) for device in range(_GROUP)] for n in range(_GROUPS)
    ]
    _measure("decode, account and log", groups, settling.settle)
    log.close()


def _message(batch: Batch, mid: int) -> Message:
    return Message(0, mid, batch_topic("hall", batch.device), encode(batch), _START_US)


def _measure(
    what: str, groups: Sequence[Sequence[Any]], settle: Callable[[Sequence[Any]], object]
) -> None:
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    for group in groups:
        settle(group)
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    messages = sum(map(len, groups))
    rate, cost_us = messages / wall_s, cpu_s / messages * 1e6
    print(f"{what:30s} {rate:8.0f} messages/s {cost_us:6.1f} us CPU a message")


def _codec() -> None:
    groups = [
        [_message(_batch(device, n), n) for device in range(_GROUP)] for n in range(_GROUPS)
    ]
    _measure("codec alone", groups, lambda group: [read(message) for message in group])


def main(folder: str | None = None) -> None:
    """Print the share of each part; `folder` lies on the disk to be measured."""
    _codec()
    for run in (_append, _settle):
        with tempfile.TemporaryDirectory(dir=folder) as name:
            run(Path(name))


if __name__ == "__main__":
    main(next(iter(sys.argv[1:]), None))
