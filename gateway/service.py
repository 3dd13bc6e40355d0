"""The whole gateway: what the radio hears goes to the spool, and from there to the hub."""

import asyncio
import collections
import time
from collections.abc import Callable

from gateway.pace import Pace
from gateway.publisher import Publisher
from gateway.radio import Radio
from gateway.settings import GatewaySettings
from gateway.spool import Spool
from gateway.status import Reporter


def wall_us() -> int:
    """Return this machine's clock."""
    return time.time_ns() // 1000


async def serve(
    settings: GatewaySettings,
    now_us: Callable[[], int] = wall_us,
    stop: asyncio.Event | None = None,
    *,
    pace: Pace | None = None,
) -> None:
    """Run until cancelled, or until `stop` is set; a bug in any part ends all of it."""
    with Spool(settings.spool, limit_bytes=settings.spool_limit_bytes) as spool:
        counts: collections.Counter[str] = collections.Counter()
        radio = Radio(settings, spool, now_us)
        reporter = Reporter(settings.name, spool, radio.seen, [radio.counts, counts], now_us)
        publisher = Publisher(settings, spool, reporter, radio.perform, now_us, counts, pace)
        async with asyncio.TaskGroup() as group:
            halves = [
                group.create_task(radio.run(), name="radio"),
                group.create_task(publisher.run(), name="publisher"),
            ]
            await (stop or asyncio.Event()).wait()
            for half in halves:
                half.cancel()
