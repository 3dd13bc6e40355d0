"""Asking a device for its records: one request at a time, the next once that was answered."""

from gateway.gatt import record_access
from gateway.gatt.record_access import Request
from gateway.sensors.sensor import Link


class Asking:
    """What is asked of one device over its record access control point."""

    def __init__(self) -> None:
        self.is_under_way = False
        self._next: Request | None = None

    def begin(self, link: Link) -> None:
        """Begin anew on a connection; what was asked on the one before is forgotten."""
        self._link, self._next, self.is_under_way = link, None, False

    async def ask(self, request: Request) -> None:
        """Ask now; it reports until it answers."""
        self.is_under_way = True
        value = record_access.encode(request)
        await self._link.client.write_gatt_char(record_access.UUID, value, response=True)

    def answered(self, following: Request | None = None) -> None:
        """Note that it reports no more, and what to ask when there is time."""
        self.is_under_way, self._next = False, following

    async def settle(self) -> None:
        """Ask what follows, if anything does."""
        if self._next is not None:
            following, self._next = self._next, None
            await self.ask(following)
