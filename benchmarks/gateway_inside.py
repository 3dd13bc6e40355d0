"""The gateway that benchmarks/gateway.py measures, in a process of its own; prints JSON.

python -m benchmarks.gateway_inside hold|drain PORT RADIO FOLDER SENSORS SECONDS
"""

import asyncio
import collections
import json
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import psutil

from gateway import hatch, service
from gateway.publisher import Publisher
from gateway.settings import BrokerAddress, GatewaySettings
from gateway.spool import Spool
from gateway.status import Reporter
from tests.batches import batch

_SAMPLE_S = 0.001  # of CPU
_SETTLE_S = 5.0  # once all are connected
_PATIENCE_S = 120.0  # until then
_LOOKS = 5  # at the memory
_WAITING = 20_000  # batches to drain
#: What has nothing to do with a notification, by the function it all goes through.
_ASIDE = {
    "on_hci_le_advertising_report_event": ", adverts",
    "on_hci_le_extended_advertising_report_event": ", adverts",
    "_report": ", status",
}
_OWNERS = {"gateway", "bleak", "bumble", "paho", "msgspec"}


class Profile:
    """Whose code the main thread runs: the innermost owner on its stack, by a timer."""

    def __init__(self) -> None:
        self.samples: collections.Counter[str] = collections.Counter()
        self._owners: dict[str, str] = {}

    def __enter__(self) -> "Profile":
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, _SAMPLE_S, _SAMPLE_S)
        return self

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _look(self, _: int, frame: FrameType | None) -> None:
        if frame is not None and frame.f_code.co_name == "select":
            return  # another thread worked, and this one waited
        owner, work = "", ""
        while frame is not None:
            owner = owner or self._owner(frame.f_code.co_filename)
            work = work or _ASIDE.get(frame.f_code.co_name, "")
            frame = frame.f_back
        self.samples[f"{owner or 'event loop'}{work}"] += 1

    def _owner(self, file: str) -> str:
        if file not in self._owners:
            parts = [part for part in Path(file).parts if part in _OWNERS]
            self._owners[file] = parts[0] if parts and "benchmarks" not in file else ""
        return self._owners[file]


async def hold(settings: GatewaySettings, sensors: int, seconds: float) -> dict[str, Any]:
    """Run a gateway among its sensors, and look at it once all are connected."""
    stop = asyncio.Event()
    serving = asyncio.create_task(service.serve(settings, stop=stop))
    await asyncio.sleep(_SETTLE_S)  # until it can be asked, too
    async with asyncio.timeout(_PATIENCE_S):
        while await _connected(settings) < sensors:  # noqa: ASYNC110 - a gateway is asked
            await asyncio.sleep(1)
    await asyncio.sleep(_SETTLE_S)
    before, (own_s, all_s), memory_mb = await _status(settings), _cpu_s(), []
    written = _written_bytes()
    with Profile() as profile:
        for _ in range(_LOOKS):
            await asyncio.sleep(seconds / _LOOKS)
            memory_mb.append(round(psutil.Process().memory_info().rss / 1e6, 1))
    own_s, all_s = (now - then for now, then in zip(_cpu_s(), (own_s, all_s), strict=True))
    written = _written_bytes() - written
    after = await _status(settings)
    stop.set()
    await serving
    return {
        "traffic": {n: v - before["traffic"].get(n, 0) for n, v in after["traffic"].items()},
        "troubles": after["counts"],
        "main_s": own_s,
        "threads_s": all_s - own_s,
        "samples": profile.samples,
        "written_bytes": written,
        "memory_mb": memory_mb,
    }


async def drain(settings: GatewaySettings, *_: float) -> dict[str, Any]:
    """Fill a spool, and publish until the hub has stored all of it."""
    with Spool(settings.spool, limit_bytes=8 << 30) as spool:
        for first in range(0, _WAITING, 500):
            await spool.keep([batch(first + n) for n in range(500)])
        counts: collections.Counter[str] = collections.Counter()
        reporter = Reporter(settings.name, spool, tuple, [], collections.Counter(), _now_us)
        publisher = Publisher(settings, spool, reporter, _refuse, _now_us, counts)
        began_s, cpu_s = time.perf_counter(), time.process_time()
        running = asyncio.create_task(publisher.run())
        while (await spool.depth()).batches:  # noqa: ASYNC110 - a spool tells nobody that it is empty
            await asyncio.sleep(0.01)
        took_s, cpu_s = time.perf_counter() - began_s, time.process_time() - cpu_s
        running.cancel()
        await asyncio.wait([running])
    return {"batches": _WAITING, "took_s": took_s, "cpu_s": cpu_s}


async def _refuse(_: object) -> Any:  # noqa: ANN401 - it never returns
    raise NotImplementedError


async def _connected(settings: GatewaySettings) -> int:
    devices = (await _status(settings))["devices"]
    return sum(it["state"] in {"streaming", "handing_over"} for it in devices)


async def _status(settings: GatewaySettings) -> dict[str, Any]:
    return await anext(hatch.ask(hatch.beside(settings.spool), hatch.Status()))


def _cpu_s() -> tuple[float, float]:
    return time.thread_time(), time.process_time()


def _written_bytes() -> int:
    return psutil.Process().io_counters().write_bytes


def _now_us() -> int:
    return time.time_ns() // 1000


def _main(what: str, port: str, radio: str, folder: str, sensors: str, seconds: str) -> None:
    broker = BrokerAddress(port=int(port), password_file=Path(folder) / "broker" / "password")
    settings = GatewaySettings(
        name="hall", site="bench", radio=radio, broker=broker, spool=Path(folder) / f"{what}.db"
    )
    measure = {"hold": hold, "drain": drain}[what]
    print(json.dumps(asyncio.run(measure(settings, int(sensors), float(seconds)))))


if __name__ == "__main__":
    _main(*sys.argv[1:])
