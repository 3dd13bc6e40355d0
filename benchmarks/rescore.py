"""Scoring a study again: samples a second, from Parquet to minutes that are compared.

python -m benchmarks.rescore [PEOPLE] [HOURS] [BATCH_S]

A batch is a minute, as a memory is read, or a second, as glasses tell it live.
Beside it, on the same files: decoding alone, the kernels alone on what was decoded, and skdh's
ENMO (which is all it says of a minute here) in a process pool that decodes as well.
"""

import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.dataset as ds

from analytics import whole_days
from analytics.lookups import Lookups
from analytics.rescoring import Records
from analytics.runner import Runner
from gateway.wire import Batch, DeviceCount
from ingest.archive import Archive
from ingest.log import Arrival
from ingest.log.sqlite import SqliteLog
from kindstep import crews, rescoring, stores
from kindstep.settings import Settings
from people import registry
from people.registry import Person, Role

_RATE_HZ = 50
_HOUR_US = 3_600_000_000
_MIDNIGHT_US = 20_000 * 24 * _HOUR_US
_LATER_US = _MIDNIGHT_US + 240 * _HOUR_US


class Took(NamedTuple):
    """What scoring took."""

    whole_s: float
    half_s: float  # the second half of the days
    cpu_s: float
    samples: int


def _site(folder: Path, people: int, hours: int, batch_s: int) -> Settings:
    """Let people be scored live, and their hours be sealed."""
    store, log = stores.in_file(folder / "study.db"), SqliteLog(folder / "log")
    archive = Archive(folder / "archive")

    def join(db: object) -> None:
        for person in range(people):
            registry.add_person(db, Person(f"p-{person}", Role.PARTICIPANT), 0)
            registry.set_zone(db, f"p-{person}", "UTC", 0)
            registry.assign(db, f"glasses-{person}", f"p-{person}", 0)

    store.write(join)
    runner = Runner(store, log, archive, ())
    random = np.random.default_rng(7)
    size = batch_s * _RATE_HZ
    walk = (4096 * np.sin(np.arange(size) * 0.24)[:, None] * [0.3, 0.1, 0.4]).astype(np.int16)
    for hour in range(hours):
        begin_us = _MIDNIGHT_US + hour * _HOUR_US
        arrivals: list[Arrival] = []
        for begin_s in range(0, 3_600, batch_s):
            noise = random.integers(-400, 400, (size, 3), dtype=np.int16)
            walks = begin_s // 60 % 4 == 0
            samples = (noise + (walk if walks else 0) + [0, 0, 4096]).astype("<i2")
            number = (hour * 3_600 + begin_s) // batch_s
            received_us = begin_us + (begin_s + batch_s) * 1_000_000
            arrivals += [
                Arrival(received_us, "hall", 0, _batch(person, number, samples))
                for person in range(people)
            ]
        log.append(arrivals)
        while runner.step(begin_us + _HOUR_US):
            pass
    runner.step(_LATER_US)  # tells the minute that is under way
    archive.seal(log, begin_us + 3 * _HOUR_US, log.last)
    log.close()
    store.close()
    return Settings(data=folder)


def _batch(person: int, number: int, samples: np.ndarray) -> Batch:
    return Batch(
        device=f"glasses-{person}",
        boot=7,
        stream="accel",
        sequence=number,
        start_us=_MIDNIGHT_US + number * len(samples) * 1_000_000 // _RATE_HZ,
        start_error_us=0,
        period_us=1e6 / _RATE_HZ,
        scale=1 / 4096,
        unit="g",
        channels=3,
        samples=samples.tobytes(),
        counted=DeviceCount(boot=1, sample=number * len(samples), ticks=0),
    )


def _ours(site: Settings, into: Path, workers: int) -> Took:
    """Score all of it again, and see that nothing differs."""
    begin_s, begin_cpu_s = time.perf_counter(), _cpu_s()
    half_s: list[float] = []

    def half_done(done: int, of: int) -> None:
        if done * 2 >= of and not half_s:
            half_s.append(time.perf_counter())

    crew = crews.processes(workers)
    results = rescoring.rescore(site, into, _LATER_US, crew, half_done)
    end_s = time.perf_counter()
    scored = results.all()
    if any(each.differing for each in scored):
        raise SystemExit("what was scored again differs")
    samples = sum(each.samples for each in scored)
    return Took(end_s - begin_s, end_s - half_s[0], _cpu_s() - begin_cpu_s, samples)


def _cpu_s() -> float:
    """Return the seconds of CPU of this process and of helpers that ended."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _inside(site: Settings) -> tuple[float, float]:
    """Return the seconds of CPU of decoding, and of the kernels on what was decoded."""
    store, log = stores.in_file(site.data / "study.db"), SqliteLog(site.data / "log")
    records = Records(Archive(site.data / "archive"), log)
    decoding_s = kernels_s = 0.0
    with store.reading() as db:
        lookups = Lookups(db)
        for who in registry.persons_of(db, Role.PARTICIPANT):
            day = lookups.day_at(who, _MIDNIGHT_US)
            device = who.replace("p-", "glasses-")
            begin_s = time.process_time()
            blocks = list(records.blocks_of_day([device], ["accel"], day, 1 << 60))
            decoded_s = time.process_time()
            whole_days.told(blocks, lookups, who, day, _LATER_US)
            decoding_s += decoded_s - begin_s
            kernels_s += time.process_time() - decoded_s
    log.close()
    store.close()
    return decoding_s, kernels_s


def _enmo(folder: str, device: str) -> int:
    import skdh

    table = ds.dataset(folder, exclude_invalid_files=True).to_table(
        columns=["start_us", "values"], filter=ds.field("device") == device
    )
    values = b"".join(table.sort_by("start_us")["values"].to_pylist())
    samples_g = np.frombuffer(values, "<i2").reshape(-1, 3) / 4096
    return skdh.activity.metric_enmo(samples_g, wlen=60 * _RATE_HZ).size


def _skdh(site: Settings, people: int, workers: int) -> float:
    folder = str(site.data / "archive")
    devices = [f"glasses-{person}" for person in range(people)]
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        list(pool.map(abs, range(workers)))
        begin_s = time.perf_counter()
        list(pool.map(_enmo, [folder] * people, devices))
        return time.perf_counter() - begin_s


def main(people: int, hours: int, batch_s: int) -> None:
    """Print every figure as it comes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = _site(folder / "hub", people, hours, batch_s)
        _inside(site)  # compiles, and fills the page cache
        decoding_s, kernels_s = _inside(site)
        alone = _ours(site, folder / "alone", 1)

        def say(what: str, took_s: float) -> None:
            print(f"{what:38}{alone.samples / took_s / 1e6:8.1f} M samples/s", flush=True)

        say("of CPU: kernels, on decoded samples", kernels_s)
        say("of CPU: decoding", decoding_s)
        say("of CPU: rescore, one process", alone.cpu_s)
        say("rescore, one process", alone.whole_s)
        together = _ours(site, folder / "together", 2)
        say("of CPU: rescore, 2 workers", together.cpu_s)
        say("rescore, 2 workers with their start", together.whole_s)
        say("rescore, 2 workers once begun", 2 * together.half_s)
        say("skdh's ENMO alone, pool of 2", _skdh(site, people, 2))
    times = alone.whole_s / together.whole_s
    print(f"2 workers against one: {times:.2f} times, {alone.samples:,} samples")
    print(f"the second half of the days: {alone.half_s / together.half_s:.2f} times")


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    main(*(given + [32, 24, 60][len(given) :]))
