"""A minute with the real radio: what it hears, and what becomes of the sensors within reach.

The report may be shown to anyone: it counts, and has no address, no name and no reading.
"""

import asyncio
import collections
import importlib.metadata
import platform
import time
from collections.abc import Sequence
from typing import Any, Final

from gateway import wire
from gateway.radio import Radio
from gateway.settings import GatewaySettings
from gateway.spool import Note, Spool
from gateway.survey import Nearby, survey
from kindstep import described

_SURVEY_S: Final = 10.0


class _Counting:
    """Keeps in the spool, so that nothing a device may forget is lost, and counts."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self.batches: collections.Counter[str] = collections.Counter()
        self.samples: collections.Counter[str] = collections.Counter()

    async def keep(self, batches: Sequence[wire.Batch], notes: Sequence[Note] = ()) -> None:
        await self._spool.keep(batches, notes)
        for batch in batches:
            self.batches[batch.device] += 1
            self.samples[batch.device] += batch.size

    async def noted(self, device: str, what: str) -> int | None:
        return await self._spool.noted(device, what)


async def check(chosen: GatewaySettings, seconds: float) -> dict[str, Any]:
    """Return a report; BleakError for a radio that cannot hear, OSError for a spool in use."""
    survey_s = min(_SURVEY_S, seconds)
    kinds = described.kinds(chosen.sensors)
    heard = await survey(chosen.radios, chosen.bonds, survey_s, kinds)
    with Spool(chosen.spool, limit_bytes=chosen.spool_limit_bytes) as spool:
        kept = _Counting(spool)
        radio = Radio(chosen, kept, lambda: time.time_ns() // 1000, kinds=kinds)
        running = asyncio.create_task(radio.run())
        await asyncio.wait({running}, timeout=seconds)
        if running.done():
            running.result()  # only a bug ends it
        devices = [_device(seen, kept) for seen in radio.seen()]
        running.cancel()
        await asyncio.wait({running})
    return {
        "kindstep": importlib.metadata.version("kindstep"),
        "bleak": importlib.metadata.version("bleak"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "radios": list(chosen.radios),
        "heard": {"seconds": survey_s, "devices": len(heard), "kinds": _kinds(heard)},
        "streamed": {"seconds": seconds, "devices": devices},
        "traffic": dict(radio.traffic),
        "went_wrong": dict(radio.counts),
    }


def _kinds(heard: Sequence[Nearby]) -> dict[str, int]:
    return dict(collections.Counter(each.kind for each in heard if each.kind))


def _device(seen: wire.Seen, kept: _Counting) -> dict[str, Any]:
    return {
        "kind": seen.kind,
        "state": seen.state,
        "why": seen.why,
        "rssi_dbm": seen.rssi_dbm,
        "time_error_us": seen.time_error_us,
        "batches": kept.batches[seen.device],
        "samples": kept.samples[seen.device],
    }
