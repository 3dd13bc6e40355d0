"""What the gateway says of itself."""

import collections
import importlib.metadata
import secrets
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from gateway import wire
from gateway.spool import Spool


class Reporter:
    """Puts together what radio and spool know."""

    def __init__(
        self,
        gateway: str,
        spool: Spool,
        seen: Callable[[], Sequence[wire.Seen]],
        counts: Sequence[collections.Counter[str]],
        traffic: collections.Counter[str],
        now_us: Callable[[], int],
        radios: Callable[[], tuple[wire.RadioState, ...]] = tuple,
    ) -> None:
        self._spool = spool
        self._seen = seen
        self._counts = counts
        self.traffic = traffic
        self._now_us = now_us
        self._radios = radios
        self._nothing_known = wire.GatewayStatus(
            gateway=gateway,
            online=False,
            start_id=secrets.randbits(63),
            version=importlib.metadata.version("kindstep"),
            at_us=0,
        )

    async def status(self) -> wire.GatewayStatus:
        depth = await self._spool.depth()
        return replace(
            self._nothing_known,
            online=True,
            at_us=self._now_us(),
            devices=tuple(self._seen()),
            radios=self._radios(),
            spooled_batches=depth.batches,
            oldest_spooled_us=depth.oldest_us,
            spooled_bytes=depth.bytes,
            counts=dict(sum(self._counts, collections.Counter[str]())),
            traffic=dict(self.traffic),
            spool_full=self._spool.full,
            set_aside=depth.set_aside,
            spooled_from=depth.spooled_from,
        )

    def last_will(self) -> wire.GatewayStatus:
        """Return what holds once the gateway is gone."""
        return replace(self._nothing_known, at_us=self._now_us())


def is_news(before: wire.GatewayStatus | None, now: wire.GatewayStatus) -> bool:
    """Tell whether someone would want to know at once; readings and counts can wait."""
    return before is None or _essence(before) != _essence(now)


def _essence(status: wire.GatewayStatus) -> tuple[object, ...]:
    devices = [
        replace(it, last_heard_us=None, rssi_dbm=None, time_error_us=None)
        for it in status.devices
    ]
    present = [(it.radio, it.present) for it in status.radios]
    return status.online, devices, present, status.set_aside, status.spool_full
