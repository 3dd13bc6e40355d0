"""Real gateways without a radio: what is put into their spool reaches the hub."""

import asyncio
import collections
import contextlib
from pathlib import Path

from gateway.pace import Pace
from gateway.publisher import Publisher
from gateway.settings import BrokerAddress, GatewaySettings
from gateway.spool import Spool
from gateway.status import Reporter
from tests.books import START_US

PACE = Pace(
    standstill_s=1.0,
    first_retry_s=0.02,
    longest_retry_s=0.1,
    look_s=0.1,
    refresh_s=0.3,
    forget_s=0.2,
)


@contextlib.asynccontextmanager
async def gateway(name, folder, port, password_file):
    """Run a gateway for as long as the block lasts; yields its spool."""
    counts = collections.Counter()
    settings = GatewaySettings(
        name=name,
        site="home",
        broker=BrokerAddress(host="127.0.0.1", port=port, password_file=password_file),
        spool=Path(),
    )
    with Spool(folder / f"{name}.db", limit_bytes=64 << 20) as spool:
        reporter = Reporter(
            name, spool, tuple, [counts], collections.Counter(), lambda: START_US
        )
        publisher = Publisher(settings, spool, reporter, None, lambda: START_US, counts, PACE)
        running = asyncio.create_task(publisher.run())
        try:
            yield spool
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


async def emptied(spool):
    while (await spool.depth()).batches:  # noqa: ASYNC110 - a spool tells of what it keeps only
        await asyncio.sleep(0.05)
