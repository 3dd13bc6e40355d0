"""A large study on one machine: what the hub takes, and how soon a minute is stored."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import psutil
from sqlalchemy import insert, select

from analytics.tables import checkpoint, epoch_hours
from benchmarks.ingest_peers import batch
from ingest.archive import Archive
from ingest.log.sqlite import SqliteLog
from ingest.store.sqlite import SqliteStore
from kindstep import process, stores
from kindstep.folder import Folder
from people.tables import persons, wearings, zones
from tests.brokers import free_port

_BATCH_S: Final = 10
_LOOK_S: Final = 0.02
_DRAIN_S: Final = 120
_DAY_S: Final = 86_400
_HOUR_US: Final = 3_600_000_000

PUBLISHER: Final = """
import sys, time
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from benchmarks.ingest_peers import batch
from gateway.wire import batch_topic, encode
password, (port, participants, seconds) = sys.argv[1], map(int, sys.argv[2:])
client = paho.Client(CallbackAPIVersion.VERSION2)
client.username_pw_set("home", password)
client.max_inflight_messages_set(4_000)
client.connect("127.0.0.1", port)
client.loop_start()
begun_s = time.time()
total, each_s = participants * seconds // 10, 10 / participants
for n in range(total):
    wait_s = begun_s + n * each_s - time.time()
    if wait_s > 0.005:
        time.sleep(wait_s)
    turn, device = divmod(n, participants)
    at_us = round((begun_s + device * each_s - 10) * 1e6)
    sent = batch(device, turn, at_us)
    info = client.publish(batch_topic("home", sent.device), encode(sent), 1)
print("published in", round(time.time() - begun_s, 1), "s", flush=True)
info.wait_for_publish(60)
client.disconnect()
client.loop_stop()
"""


@dataclass(slots=True)
class Watch:
    """How far the hub was when, and what its processes took."""

    hub: psutil.Process
    seen: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])
    memory: dict[str, int] = field(default_factory=dict[str, int])
    cpu_s: dict[str, float] = field(default_factory=dict[str, float])

    def look(self, store: SqliteStore) -> int:
        with store.reading() as db:
            position = db.scalar(select(checkpoint.c.position)) or 0
        self.seen.append((time.time(), position))
        return position

    def weigh(self) -> None:
        for each in (self.hub, *self.hub.children(recursive=True)):
            name = "broker" if "nats" in each.name() else "hub"
            times = each.cpu_times()
            self.memory[name] = max(self.memory.get(name, 0), each.memory_info().rss)
            self.cpu_s[name] = times.user + times.system


def run(participants: int, seconds: int) -> None:
    """Print what a load of so many participants took."""
    with tempfile.TemporaryDirectory() as root:
        folder, port = Folder(Path(root) / "data"), free_port()
        folder.make()
        _enrol(folder, participants)
        process.cache_kernels(folder.root)
        subprocess.run(process.compile_command(), check=True)
        settings = Path(root) / "kindstep.toml"
        settings.write_text(f'data = "{folder.root}"\n[broker]\nport = {port}\n')
        command = process.kindstep("up", "--no-web", "--settings", str(settings))
        with process.child(command) as hub:
            _until_it_listens(hub, port)
            watch = Watch(psutil.Process(hub.pid))
            watch.weigh()
            before_s = dict(watch.cpu_s)
            password = folder.password("home").read_text()
            begun_s = time.time()
            _publish(port, password, participants, seconds, folder, watch)
            wall_s = time.time() - begun_s
            watch.weigh()
        _tell(folder, watch, before_s, wall_s, participants, seconds)


def _publish(
    port: int, password: str, participants: int, seconds: int, folder: Folder, watch: Watch
) -> None:
    arguments = [password, str(port), str(participants), str(seconds)]
    total = participants * seconds // _BATCH_S
    store = SqliteStore(folder.store, read_only=True)
    with subprocess.Popen([sys.executable, "-c", PUBLISHER, *arguments]) as publisher:
        give_up_s = time.time() + seconds + _DRAIN_S
        next_s = 0.0
        while watch.look(store) < total and time.time() < give_up_s:
            if time.time() > next_s:
                next_s = time.time() + 1
                watch.weigh()
                times = psutil.Process(publisher.pid).cpu_times()
                watch.cpu_s["publisher"] = times.user + times.system
            time.sleep(_LOOK_S)
    store.close()


def _tell(
    folder: Folder,
    watch: Watch,
    before_s: dict[str, float],
    wall_s: float,
    participants: int,
    seconds: int,
) -> None:
    log = SqliteLog(folder.log)
    published_s = _published_s(log)
    print(
        f"{participants} participants, {seconds} s: {len(published_s)} batches stored, "
        f"all scored after {wall_s:.1f} s"
    )
    for name, until_s in sorted(watch.cpu_s.items()):
        used_s = until_s - before_s.get(name, 0.0)
        megabytes = watch.memory.get(name, 0) / 1e6
        print(
            f"  {name:9} {used_s / wall_s:5.2f} cores  "
            f"{used_s / len(published_s) * 1e6:6.1f} us CPU a message  {megabytes:6.0f} MB"
        )
    third = len(published_s) // 3
    latency = _latency_s(watch.seen, published_s)
    for part, values in (("first", latency[:third]), ("last", latency[-third:])):
        p50, p99 = np.percentile(values, [50, 99])
        print(f"  {part} third: from publish to stored epoch p50 {p50:.2f} s, p99 {p99:.2f} s")
    _seal(folder, log, participants * seconds)
    log.close()


def _published_s(log: SqliteLog) -> list[float]:
    """Return when each batch was published, by position: at the end of what it holds."""
    found: list[float] = []
    while page := log.read(len(found), 5_000):
        found += [entry.batch.start_us / 1e6 + _BATCH_S for entry in page]
    return found


def _latency_s(seen: Sequence[tuple[float, int]], published_s: list[float]) -> np.ndarray:
    positions = np.array([position for _, position in seen])
    times = np.array([at_s for at_s, _ in seen])
    passed = np.searchsorted(positions, np.arange(1, len(published_s) + 1))
    reached = np.minimum(passed, len(times) - 1)
    return times[reached] - np.array(published_s)


def _seal(folder: Folder, log: SqliteLog, participant_seconds: int) -> None:
    log_bytes = sum(path.stat().st_size for path in folder.log.iterdir())
    store = stores.in_file(folder.store)
    with store.reading() as db:
        hours = db.execute(select(epoch_hours.c.minutes)).scalars().all()
    store.close()
    archive = Archive(folder.archive)
    begun_s = time.process_time()
    archive.seal(log, time.time_ns() // 1000 + 2 * _HOUR_US, log.last)
    sealing_s = time.process_time() - begun_s
    sealed = sum(file.size for file in archive.manifest().files())
    days = participant_seconds / _DAY_S
    print(
        f"  a participant-day: {log_bytes / days / 1e6:.1f} MB of log, then "
        f"{sealed / days / 1e6:.1f} MB of Parquet, sealed in {sealing_s / days:.2f} s of CPU; "
        f"hours of epochs: {len(hours)}"
    )


def _enrol(folder: Folder, participants: int) -> None:
    people = [f"p-{n:05}" for n in range(participants)]
    rows = {
        persons: [{"id": who, "role": "participant", "added_us": 0} for who in people],
        zones: [{"person": who, "from_us": 0, "zone": "Europe/Berlin"} for who in people],
        wearings: [
            {"device": batch(n, 0, 0).device, "participant": who, "from_us": 0}
            for n, who in enumerate(people)
        ],
    }
    store = stores.in_file(folder.store)
    for table, values in rows.items():
        store.write(lambda db, table=table, values=values: db.execute(insert(table), values))
    store.close()


def _until_it_listens(hub: subprocess.Popen[str], port: int) -> None:
    while not process.is_taken(port):
        if hub.poll() is not None:
            raise SystemExit("the hub did not start")
        time.sleep(_LOOK_S)
    time.sleep(2)  # its session has to be there before anything is published
