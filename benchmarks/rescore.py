"""Scoring a study again: samples a second, from Parquet to minutes that are compared.

python -m benchmarks.rescore [PEOPLE] [HOURS]

Beside it, on the same files: decoding alone, the kernels alone on what was decoded, and skdh's
ENMO (which is all it says of a minute here) in a process pool that decodes as well.
"""

import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pyarrow.dataset as ds

from analytics.lanes import REORDER_US
from analytics.lookups import Lookups
from analytics.rescoring import Records, frames_of_day
from analytics.runner import Runner
from analytics.shard import Shard
from gateway.wire import Batch, DeviceCount
from ingest.archive import Archive
from ingest.log import Arrival
from ingest.log.sqlite import SqliteLog
from kindstep import rescoring, stores
from kindstep.settings import Settings
from people import registry
from people.registry import Person, Role

_RATE_HZ = 50
_BATCH = 3_000  # samples; a minute
_HOUR_US = 3_600_000_000
_MIDNIGHT_US = 20_000 * 24 * _HOUR_US
_LATER_US = _MIDNIGHT_US + 240 * _HOUR_US


def _site(folder: Path, people: int, hours: int) -> Settings:
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
    walk = (4096 * np.sin(np.arange(_BATCH) * 0.24)[:, None] * [0.3, 0.1, 0.4]).astype(np.int16)
    for hour in range(hours):
        begin_us = _MIDNIGHT_US + hour * _HOUR_US
        arrivals: list[Arrival] = []
        for minute in range(60):
            noise = random.integers(-400, 400, (_BATCH, 3), dtype=np.int16)
            samples = (noise + (walk if minute % 4 == 0 else 0) + [0, 0, 4096]).astype("<i2")
            number = hour * 60 + minute
            received_us = begin_us + (minute + 1) * 60_000_000
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
        start_us=_MIDNIGHT_US + number * 60_000_000,
        start_error_us=0,
        period_us=1e6 / _RATE_HZ,
        scale=1 / 4096,
        unit="g",
        channels=3,
        samples=samples.tobytes(),
        counted=DeviceCount(boot=1, sample=number * _BATCH, ticks=0),
    )


def _ours(site: Settings, into: Path, workers: int) -> tuple[float, float, float, int]:
    """Return seconds by the clock, those of the second half of people, of CPU, and samples."""
    begin_s, begin_cpu_s = time.perf_counter(), time.process_time()
    half_s: list[float] = []

    def half_done(done: int, of: int) -> None:
        if done * 2 >= of and not half_s:
            half_s.append(time.perf_counter())

    results = rescoring.rescore(site, into, _LATER_US, workers, half_done)
    end_s, cpu_s = time.perf_counter(), time.process_time() - begin_cpu_s
    scored = list(results.all())
    if any(each.differing for each in scored):
        raise SystemExit("what was scored again differs")
    samples = sum(each.samples for each in scored)
    return end_s - begin_s, end_s - half_s[0], cpu_s, samples


def _inside(site: Settings) -> tuple[float, float]:
    """Return the seconds of CPU of decoding, and of the kernels on what was decoded."""
    store, log = stores.in_file(site.data / "study.db"), SqliteLog(site.data / "log")
    records = Records(Archive(site.data / "archive"), log)
    decoding_s = kernels_s = 0.0
    with store.reading() as db:
        for who in registry.persons_of(db, Role.PARTICIPANT):
            for day in {Lookups(db).day_at(who, _MIDNIGHT_US)}:
                begin_s = time.process_time()
                frames = frames_of_day(db, records, who, day, 1 << 60)
                decoded_s = time.process_time()
                now_us = _LATER_US
                Shard().feed(frames, now_us + REORDER_US, now_us)
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


def main(people: int, hours: int) -> None:
    """Print every figure as it comes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = _site(folder / "hub", people, hours)
        _inside(site)  # compiles, and fills the page cache
        decoding_s, kernels_s = _inside(site)
        alone_s, alone_half_s, alone_cpu_s, samples = _ours(site, folder / "alone", 1)

        def say(what: str, took_s: float) -> None:
            print(f"{what:38}{samples / took_s / 1e6:8.1f} M samples/s", flush=True)

        say("of CPU: kernels, on decoded samples", kernels_s)
        say("of CPU: decoding", decoding_s)
        say("of CPU: rescore, one process", alone_cpu_s)
        say("rescore, one process", alone_s)
        together_s, half_s, _, _ = _ours(site, folder / "together", 2)
        say("rescore, 2 workers with their start", together_s)
        say("rescore, 2 workers once begun", 2 * half_s)
        say("skdh's ENMO alone, pool of 2", _skdh(site, people, 2))
    print(f"2 workers against one: {alone_s / together_s:.2f} times, {samples:,} samples")
    print(f"the second half of the people: {alone_half_s / half_s:.2f} times")


if __name__ == "__main__":
    main(*[int(each) for each in sys.argv[1:]] or (32, 24))
