"""Last values on the broker, retained, as often as a person could want to look."""

import asyncio

from gateway import home_assistant, wire
from gateway.connection import Connection
from gateway.last_values import LastValue, LastValues


class Bulletin:
    """Tells what each device said last, and introduces it to Home Assistant first."""

    def __init__(
        self, gateway: str, values: LastValues, *, introduces: bool, period_s: float
    ) -> None:
        self._gateway, self._values = gateway, values
        self._introduces, self._period_s = introduces, period_s
        self._introduced: set[str] = set()

    def topics(self) -> list[str]:
        """Return what there is to hear."""
        return [home_assistant.BIRTH] if self._introduces else []

    def heard(self, payload: bytes) -> None:
        """Take note that Home Assistant came or went; one that came knows nobody."""
        if payload == home_assistant.BORN:
            self._begin_anew()

    async def run(self, connection: Connection) -> None:
        """Tell over this connection, until cancelled."""
        self._begin_anew()
        while True:
            await self._values.news.wait()
            for value in self._values.take():
                self._tell(connection, value)
            await asyncio.sleep(self._period_s)

    def _begin_anew(self) -> None:
        self._introduced.clear()
        self._values.again()

    def _tell(self, connection: Connection, value: LastValue) -> None:
        introduced_at = home_assistant.topic(self._gateway, value)
        if self._introduces and introduced_at not in self._introduced:
            self._introduced.add(introduced_at)
            said = home_assistant.introduction(self._gateway, value)
            connection.publish(introduced_at, said, _unheeded, retain=True)
        topic = wire.last_value_topic(self._gateway, value.device, value.stream)
        connection.publish(topic, value.payload(), _unheeded, retain=True)


def _unheeded() -> None:
    """Need no acknowledgement: the next value follows."""
