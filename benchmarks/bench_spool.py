"""What the spool costs: batches a second that are on disk, and the time of one batch.

python -m benchmarks.bench_spool [FOLDER]
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

from gateway.spool import Spool
from tests.batches import batch

_LIMIT_BYTES = 8 << 30


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


def _measure(
    fill: Callable[[Spool, int], Coroutine[None, None, None]], count: int, folder: Path
) -> None:
    with Spool(folder / f"{fill.__name__}.db", limit_bytes=_LIMIT_BYTES) as spool:
        wall, cpu = time.perf_counter(), time.process_time()
        asyncio.run(fill(spool, count))
        wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
    print(
        f"spool{fill.__name__.replace('_', ' '):19s} {count / wall_s:8.0f} put/s"
        f" {wall_s / count * 1e6:7.0f} us a batch, {cpu_s / count * 1e6:5.0f} us of CPU"
    )


def _main() -> None:
    with tempfile.TemporaryDirectory(dir=next(iter(sys.argv[1:]), ".")) as folder:
        _measure(_one_by_one, 1_000, Path(folder))
        _measure(_by_twenty, 20_000, Path(folder))
        _measure(_by_fifty_devices, 20_000, Path(folder))


if __name__ == "__main__":
    _main()
