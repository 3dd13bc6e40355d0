"""The gateway's side of MQTT: batches, status and answers up; watermarks and commands down."""

import asyncio
import collections
import functools
import logging
from collections.abc import Callable

from gateway import home_assistant, tokens, wire
from gateway.backoff import Backoff
from gateway.bulletin import Bulletin
from gateway.commands import Commands, Perform
from gateway.connection import Connection, Login, Will, connect
from gateway.delivery import Delivery
from gateway.last_values import LastValues
from gateway.pace import Pace
from gateway.settings import GatewaySettings
from gateway.spool import Spool
from gateway.status import Reporter, is_news

log = logging.getLogger(__name__)


class Publisher:
    """Connected whenever the broker is there; nothing it cannot send is lost on it."""

    def __init__(
        self,
        settings: GatewaySettings,
        spool: Spool,
        reporter: Reporter,
        perform: Perform,
        now_us: Callable[[], int],
        counts: collections.Counter[str],
        pace: Pace | None = None,
        *,
        last_values: LastValues | None = None,
    ) -> None:
        self._settings = settings
        self._counts = counts
        self._client_id = spool.client_id
        self._reporter = reporter
        self._pace = pace or Pace()
        self._delivery = Delivery(
            settings.name,
            spool,
            self._counts,
            reporter.traffic,
            self._pace,
            settings.backlog_per_s,
        )
        self._commands = Commands(perform, now_us, self._counts)
        self._bulletin = self._open_bulletin(last_values)
        self._hub: tuple[bool, int] | None = None  # as heard over the present connection

    async def run(self) -> None:
        """Publish until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._commands.run(), name="commands")
            group.create_task(self._stay_connected(), name="broker")

    async def _stay_connected(self) -> None:
        backoff = Backoff(self._pace.first_retry_s, self._pace.longest_retry_s)
        losses = 0
        while True:
            self._delivery.carried = False
            try:
                reason = await self._hold_connection()
            except ConnectionError as refused:
                reason = str(refused)
                await self._delivery.missed()
            losses = 0 if self._delivery.carried else losses
            log.log(logging.DEBUG if losses else logging.WARNING, "no broker: %s", reason)
            await asyncio.sleep(backoff.delay_s(losses))
            losses += 1

    async def _hold_connection(self) -> str:
        self._hub = None
        status_topic = wire.status_topic(self._settings.name)
        will = Will(status_topic, wire.encode(self._reporter.last_will()))
        async with connect(self._login(), will, self._topics(), self._hear) as connection:
            log.info("connected to %s", self._settings.broker.host)
            try:
                await self._converse(connection)
            except asyncio.CancelledError:
                await self._take_leave(connection, will)
                raise
            reason = connection.ended.result()
            await self._delivery.ended(reason)
            return reason

    async def _converse(self, connection: Connection) -> None:
        async with asyncio.TaskGroup() as group:
            talks = [
                group.create_task(self._talk(connection), name="delivery"),
                group.create_task(self._answer(connection), name="answers"),
            ]
            if self._bulletin:
                telling = self._bulletin.run(connection)
                talks.append(group.create_task(telling, name="last values"))
            await asyncio.wait([connection.ended])
            for talk in talks:
                talk.cancel()

    async def _talk(self, connection: Connection) -> None:
        # A broker that carries a status is well: what ends the connection after that is known.
        well = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._report(connection, well), name="status")
            await well.wait()
            await self._delivery.run(connection)

    async def _report(self, connection: Connection, well: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        told: wire.GatewayStatus | None = None
        told_s = loop.time()
        while True:
            status = await self._reporter.status()
            if is_news(told, status) or loop.time() >= told_s + self._pace.refresh_s:
                topic = wire.status_topic(self._settings.name)
                connection.publish(topic, wire.encode(status), well.set, retain=True)
                told, told_s = status, loop.time()
            await asyncio.sleep(self._pace.look_s)

    async def _answer(self, connection: Connection) -> None:
        sent: set[str] = set()
        while True:
            self._commands.news.clear()
            for answer in self._commands.answers.values():
                if answer.id not in sent:
                    taken = functools.partial(self._commands.taken, answer.id)
                    topic = wire.answer_topic(self._settings.name)
                    connection.publish(topic, wire.encode(answer), taken)
                    sent.add(answer.id)
            await self._commands.news.wait()

    async def _take_leave(self, connection: Connection, will: Will) -> None:
        if connection.ended.done():
            return
        heard = asyncio.Event()
        connection.publish(will.topic, will.payload, heard.set, retain=True)
        try:
            async with asyncio.timeout(self._pace.goodbye_s):
                await heard.wait()
        except TimeoutError:
            log.info("stopped without a goodbye")

    def _login(self) -> Login:
        broker = self._settings.broker
        user, password = broker.user or self._settings.name, broker.password()
        if broker.token_file is not None:  # read anew: it may have been renewed
            user, password = tokens.login(tokens.read(broker.token_file))
        return Login(
            host=broker.host,
            port=broker.port,
            client_id=self._client_id,
            user=user,
            password=password,
            tls=broker.tls,
            ca_file=broker.ca_file,
        )

    def _hear(self, topic: str, payload: bytes, retained: bool) -> None:
        try:
            if topic == wire.HUB_STATUS:
                self._hear_hub(wire.decode(payload, wire.HubStatus), retained=retained)
            elif topic == wire.watermark_topic(self._settings.name):
                self._delivery.hear(wire.decode(payload, wire.Watermarks))
            elif topic == home_assistant.BIRTH and self._bulletin:
                self._bulletin.heard(payload)
            else:
                self._commands.ask(wire.decode(payload, wire.Command))
        except wire.BrokenContract as error:
            self._counts["malformed_from_hub"] += 1
            log.debug("%s: %s", topic, error)

    def _hear_hub(self, status: wire.HubStatus, *, retained: bool) -> None:
        # What is retained was so before anything went out: only a later change means again.
        self._delivery.hear_of_hub(is_there=status.online)
        before, self._hub = self._hub, (status.online, status.start_id)
        if status.online and self._hub != before and not retained:
            self._delivery.again()

    def _topics(self) -> list[str]:
        name = self._settings.name
        heard = [wire.HUB_STATUS, wire.watermark_topic(name), wire.command_topic(name)]
        return heard + (self._bulletin.topics() if self._bulletin else [])

    def _open_bulletin(self, values: LastValues | None) -> Bulletin | None:
        if values is None:
            return None
        introduces = self._settings.last_values == "home_assistant"
        period_s = self._pace.last_value_s
        return Bulletin(self._settings.name, values, introduces=introduces, period_s=period_s)
