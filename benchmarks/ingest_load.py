"""A large study on one machine: what the hub takes, and how soon a minute is stored."""

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from sqlalchemy import insert

from benchmarks.ingest_peers import batch
from benchmarks.ingest_publisher import TURN_S
from benchmarks.ingest_watch import Watch
from gateway.wire import Batch
from ingest.archive import Archive
from ingest.log import Arrival
from ingest.log.sqlite import SqliteLog
from kindstep import process, stores
from kindstep.folder import Folder
from people.tables import persons, wearings, zones
from tests.brokers import free_port

_DRAIN_S: Final = 120
_LOOK_S: Final = 0.05
_HOUR_US: Final = 3_600_000_000
_BEFORE_HOUR_S: Final = 60
#: Behind by this long, a hub does not keep up; a share of a core from which on it has no more.
_BEHIND_S: Final = 10.0
_BUSY: Final = 0.9

HUB: Final = """
import sys, time
from pathlib import Path
from kindstep import process, settings, study
chosen = settings.load(Path(sys.argv[1]))
process.cache_kernels(chosen.data)
from kindstep import hub
ahead_us = int(sys.argv[2])
clock = lambda: time.time_ns() // 1000 + ahead_us
with process.rarely_collected():
    process.run(hub.serve(chosen, study.load(chosen.study), clock))
"""


@dataclass(frozen=True, slots=True)
class Load:
    """A hub that runs, and how to put load on it."""

    folder: Folder
    port: int
    ahead_us: int  # how far its clock and everyone's is ahead of this machine's
    watch: Watch

    @contextlib.contextmanager
    def publishing(self, people: Sequence[int]) -> Generator[None]:
        """Let so many people measure in each ten seconds."""
        password = self.folder.password("home").read_text()
        module = [sys.executable, "-m", "benchmarks.ingest_publisher"]
        told = [password, *map(str, (self.port, self.ahead_us, *people))]
        with subprocess.Popen([*module, *told]) as publisher:
            self.watch.begin(publisher.pid)
            try:
                yield
            finally:
                publisher.terminate()


def run(participants: int, seconds: int, *, over_an_hour: bool = False) -> None:
    """Print what a load of so many participants took; over an hour's end, also meanwhile."""
    turns = [participants] * (seconds // TURN_S)
    ahead_us = _until_hour_us() if over_an_hour else 0
    with _loaded(participants, ahead_us) as load:
        with load.publishing(turns):
            give_up_s = time.time() + seconds + _DRAIN_S
            while load.watch.look() < sum(turns) and time.time() < give_up_s:
                pass
        load.watch.weigh()
        wall_s = load.watch.seen[-1][0] - load.watch.begun_s
        published_s = _published_s(load)
        print(
            f"{participants} participants, {seconds} s: {len(published_s)} batches stored, "
            f"all scored after {wall_s:.1f} s"
        )
        load.watch.tell(wall_s, len(published_s))
        _tell_latency(load.watch, published_s)


def break_it(first: int, step: int, most: int, seconds: int) -> None:
    """Raise the load until the hub falls behind, and print what had no more to give."""
    people = range(first, most + 1, step)
    turns = [count for count in people for _ in range(seconds // TURN_S)]
    with _loaded(most, 0) as load, load.publishing(turns):
        for count in people:
            load.watch.weigh()
            before, from_s = dict(load.watch.cpu_s), time.time()
            while time.time() < from_s + seconds:
                load.watch.look()
            load.watch.weigh()
            behind_s = _tell_step(load, count, before, time.time() - from_s)
            if behind_s > _BEHIND_S:
                return
        print("it did not break")


def _tell_step(load: Load, count: int, before: dict[str, float], wall_s: float) -> float:
    """Print how a hub fared with so many people, and return how far it is behind."""
    watch = load.watch
    log = SqliteLog(load.folder.log, read_only=True)
    position, logged = watch.look(), log.last()
    newest = log.read(position - 1, 1)
    log.close()
    now_s = time.time() + load.ahead_us / 1e6
    behind_s = now_s - newest[0].batch.start_us / 1e6 - TURN_S if newest else 0.0
    cores = {name: (s - before.get(name, 0.0)) / wall_s for name, s in watch.cpu_s.items()}
    print(
        f"{count:6} participants, {count / TURN_S:5.0f} messages/s: {behind_s:5.1f} s behind, "
        f"{logged - position} logged and not scored; cores: "
        + ", ".join(f"{name} {share:.2f}" for name, share in sorted(cores.items())),
        flush=True,
    )
    if behind_s > _BEHIND_S:
        busy = [name for name, share in cores.items() if share >= _BUSY]
        scoring = logged - position > (count / TURN_S) * behind_s / 2
        where = "between log and score" if scoring else "before the log"
        print(f"broke: it waits {where}; without a core to spare: {', '.join(busy) or 'none'}")
    return behind_s


@contextlib.contextmanager
def _loaded(participants: int, ahead_us: int) -> Generator[Load]:
    """Run a hub that knows so many people."""
    with tempfile.TemporaryDirectory() as root:
        folder, port = Folder(Path(root) / "data"), free_port()
        folder.make()
        _enrol(folder, participants)
        process.cache_kernels(folder.root)
        subprocess.run(process.compile_command(), check=True)
        settings = Path(root) / "kindstep.toml"
        settings.write_text(f'data = "{folder.root}"\n[broker]\nport = {port}\n')
        command = [sys.executable, "-c", HUB, str(settings), str(ahead_us)]
        with process.child(command) as hub:
            _until_it_listens(hub, port)
            with contextlib.closing(Watch(hub.pid, folder)) as watch:
                yield Load(folder, port, ahead_us, watch)


def _until_hour_us() -> int:
    """Return how far ahead a clock is that shows the end of an hour soon."""
    now_us = time.time_ns() // 1000
    return -now_us % _HOUR_US - _BEFORE_HOUR_S * 1_000_000


def _published_s(load: Load) -> list[float]:
    """Return when each batch was published, by position: at the end of what it holds."""
    log = SqliteLog(load.folder.log, read_only=True)
    archive = Archive(load.folder.archive)
    found = [
        entry.batch.start_us / 1e6 + TURN_S - load.ahead_us / 1e6
        for entry in archive.everything(log)
    ]
    log.close()
    return found


def _tell_latency(watch: Watch, published_s: list[float]) -> None:
    latency_s = _latency_s(watch.seen, published_s)
    third, at_s = len(published_s) // 3, np.array(published_s)
    parts = {"first third": latency_s[:third], "last third": latency_s[-third:]}
    if watch.sealing_s:
        begun_s, ended_s = watch.sealing_s[0], watch.sealing_s[-1]
        within = (at_s >= begun_s) & (at_s <= ended_s)
        parts[f"while an hour was sealed, {ended_s - begun_s:.1f} s"] = latency_s[within]
    for part, values in parts.items():
        if len(values):
            p50, p99 = np.percentile(values, [50, 99])
            print(f"  {part}: from publish to stored epoch p50 {p50:.2f} s, p99 {p99:.2f} s")


def _latency_s(seen: Sequence[tuple[float, int]], published_s: list[float]) -> np.ndarray:
    positions = np.array([position for _, position in seen])
    times = np.array([at_s for at_s, _ in seen])
    passed = np.searchsorted(positions, np.arange(1, len(published_s) + 1))
    reached = np.minimum(passed, len(times) - 1)
    return times[reached] - np.array(published_s)


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


def seal(participants: int) -> None:
    """Print what it takes to move an hour of some people into the archive."""
    random = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as root:
        log, archive = SqliteLog(Path(root) / "log"), Archive(Path(root) / "archive")
        for turn in range(3_600 // TURN_S):
            said = [_noisy(batch(n, turn, 0), random) for n in range(participants)]
            log.append([Arrival(0, "home", 0, each) for each in said])
        logged = sum(path.stat().st_size for path in (Path(root) / "log").iterdir())
        begun_s = time.process_time()
        archive.seal(log, 2 * _HOUR_US, log.last)
        sealing_s = time.process_time() - begun_s
        log.close()
        sealed = sum(file.size for file in archive.manifest().files())
    days = participants / 24
    print(
        f"a participant-day: {logged / days / 1e6:.1f} MB of log, then "
        f"{sealed / days / 1e6:.1f} MB of Parquet, sealed in {sealing_s / days:.2f} s of CPU"
    )


def _noisy(sent: Batch, random: np.random.Generator) -> Batch:
    """Return a batch that no other one is like: it has to be compressed by itself."""
    values = np.frombuffer(sent.samples, "<i2")
    noise = random.integers(-4, 5, values.size, dtype=np.int16)
    return msgspec.structs.replace(sent, samples=(values + noise).tobytes())


def _until_it_listens(hub: subprocess.Popen[str], port: int) -> None:
    while not process.is_taken(port):
        if hub.poll() is not None:
            raise SystemExit("the hub did not start")
        time.sleep(_LOOK_S)
    time.sleep(2)  # its session has to be there before anything is published
