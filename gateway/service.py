"""The whole gateway: what the radio hears goes to the spool, and from there to the hub."""

import asyncio
import collections
import contextlib
import time
from collections.abc import AsyncGenerator, Callable, Sequence

from gateway import hatch, metrics
from gateway.attendant import Attendant
from gateway.discovery import KINDS, Kind
from gateway.last_values import LastValues
from gateway.pace import Pace
from gateway.publisher import Publisher
from gateway.radio import Radio
from gateway.renewal import Renewal
from gateway.settings import GatewaySettings
from gateway.spool import Spool
from gateway.status import Reporter
from gateway.tokens import Hub


def wall_us() -> int:
    """Return this machine's clock."""
    return time.time_ns() // 1000


async def serve(
    settings: GatewaySettings,
    now_us: Callable[[], int] = wall_us,
    stop: asyncio.Event | None = None,
    *,
    kinds: Sequence[Kind] = KINDS,
    pace: Pace | None = None,
) -> None:
    """Run until cancelled, or until `stop` is set; a bug in any part ends all of it."""
    with Spool(
        settings.spool,
        limit_bytes=settings.spool_limit_bytes,
        limit_days=settings.spool_limit_days,
    ) as spool:
        counts: collections.Counter[str] = collections.Counter()
        values = None if settings.last_values == "none" else LastValues(spool)
        radio = Radio(settings, values or spool, now_us, kinds=kinds)
        reporter = Reporter(
            settings.name,
            spool,
            radio.seen,
            [radio.counts, counts],
            radio.traffic,
            now_us,
            radio.radios,
        )
        publisher = Publisher(
            settings, spool, reporter, radio.perform, now_us, counts, pace, last_values=values
        )
        attendant = Attendant(radio, reporter, now_us)
        async with _seen_from_outside(settings, attendant), asyncio.TaskGroup() as group:
            parts = [
                group.create_task(radio.run(), name="radio"),
                group.create_task(publisher.run(), name="publisher"),
            ]
            if (renewal := _renewal(settings, pace or Pace())) is not None:
                parts.append(group.create_task(renewal.run(), name="token"))
            await (stop or asyncio.Event()).wait()
            for part in parts:
                part.cancel()


def _renewal(settings: GatewaySettings, pace: Pace) -> Renewal | None:
    token_file = settings.broker.token_file
    if settings.hub is None or token_file is None:
        return None
    return Renewal(Hub(settings.hub, settings.hub_ca_file), token_file, pace.renew_s)


@contextlib.asynccontextmanager
async def _seen_from_outside(
    settings: GatewaySettings, attendant: Attendant
) -> AsyncGenerator[None]:
    async with contextlib.AsyncExitStack() as doors:
        here = hatch.beside(settings.spool)
        await doors.enter_async_context(hatch.opened(here, attendant.answer))
        if settings.metrics_port is not None:
            metered = metrics.serve(settings.metrics_port, attendant.status)
            await doors.enter_async_context(metered)
        yield
