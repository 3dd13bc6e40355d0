"""From the broker into the log: decode, drop what is known, commit, acknowledge, tell.

The broker's thread only fills a queue. One thread of ours settles what is in it, a group at a
time: nothing is acknowledged, and no watermark moves, before the group is durable.
"""

import logging
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway import wire
from ingest.accounts import Accounts
from ingest.archive import Archive
from ingest.commands import Commands
from ingest.deadletters import DeadLetters
from ingest.gathering import Gathering
from ingest.inbox import Inbox, Message, Settled
from ingest.journal import Journal
from ingest.ledger import Changes
from ingest.link import Link
from ingest.log import Entry, Log
from ingest.replay import Replay
from ingest.settings import IngestSettings
from ingest.settling import Group, Settling, Unsettled
from ingest.watermark import by_gateway, messages

log = logging.getLogger(__name__)


_REPLAY_S: Final = 1.0


class Rest:
    """A pause between two times of something, from the end of the one before."""

    def __init__(self, pause_s: float) -> None:
        self._pause_s = pause_s
        self._over_s = time.monotonic() + pause_s

    def is_over(self) -> bool:
        """Answer whether it is time, and if so begin the next pause."""
        now_s = time.monotonic()
        if now_s < self._over_s:
            return False
        self._over_s = now_s + self._pause_s
        return True


@dataclass(frozen=True, slots=True)
class Health:
    """How ingest is doing, for an operator's page."""

    connected: bool
    waiting: int  # messages received that nobody has begun to settle
    waiting_bytes: int
    lag_us: int  # how long the oldest of them has waited
    position: int  # of the log
    dead_letters: dict[str, int]  # by kind


class Ingest:
    """Everything between the broker and the log; `ended` holds what broke it, if it broke."""

    def __init__(
        self,
        settings: IngestSettings,
        folder: Path,
        journal_log: Log,
        archive: Archive,
        *,
        now_us: Callable[[], int],
        on_stored: Callable[[Sequence[Entry]], None] = lambda _entries: None,
        on_status: Callable[[wire.GatewayStatus], None] = lambda _status: None,
        version: str = "",
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._settings = settings
        self._log = journal_log
        self._now_us = now_us
        self._on_stored = on_stored
        self._on_status = on_status
        self._version = version
        self._start_id = secrets.randbits(63)
        self._stopping = threading.Event()
        self._inbox = Inbox(settings.queue_messages, settings.queue_bytes)
        self._link = Link(settings, _client_id(folder), self._inbox, now_us, self._hub_status)
        journal = Journal(journal_log, archive, self._stopping.wait)
        self.accounts = Accounts(folder / "accounts.db", journal)
        self.dead_letters = DeadLetters(folder / "dead-letters.db", settings.dead_letter_bytes)
        self.commands = Commands(folder / "commands.db", self._ask)
        self._settling = Settling(journal_log, self.accounts, self.dead_letters, self._stopping)
        self._replay = Replay(self.dead_letters, self._settled, now_us)
        self._thread = ThreadPoolExecutor(1, "ingest")
        self._keeper = ThreadPoolExecutor(1, "accounts")
        self._kept: Future[None] = Future()  # what the keeper is at, or did last
        self._kept.set_result(None)
        self.ended: Future[None] = Future()

    def start(self) -> None:
        """Begin to receive."""
        self.ended = self._thread.submit(self._run)
        self._link.start()

    def stop(self) -> None:
        """Finish what is under way and leave; the broker keeps what was not settled."""
        self._stopping.set()
        self._inbox.close()
        self._thread.shutdown(wait=True)
        self._keeper.shutdown(wait=True)
        self._link.stop()
        self.accounts.close()
        self.dead_letters.close()
        self.commands.close()

    def bring(self, gateway: str, batch: wire.Batch) -> Future[Settled]:
        """Take in a batch that came by another way than the broker, as if it came by it.

        What is returned is done once the batch is durable; never, if we are stopped before.
        """
        settled: Future[Settled] = Future()
        topic, payload = wire.batch_topic(gateway, batch.device), wire.encode(batch)
        self._inbox.put([Message(-1, 0, topic, payload, self._now_us(), settled)])
        return settled

    def health(self) -> Health:
        """Return how it is going."""
        oldest_us = self._inbox.oldest_us
        return Health(
            connected=self._link.connected.is_set(),
            waiting=len(self._inbox),
            waiting_bytes=self._inbox.held_bytes,
            lag_us=0 if oldest_us is None else max(0, self._now_us() - oldest_us),
            position=self._log.last(),
            dead_letters=self.dead_letters.counts(),
        )

    def _run(self) -> None:
        settled_s = time.monotonic()
        group_s = self._settings.group_ms / 1000
        gathering = Gathering(self._settings.group_messages)
        tell, keep, replay = (
            Rest(pause_s)
            for pause_s in (self._settings.status_s, self._settings.keep_accounts_s, _REPLAY_S)
        )
        while not self._stopping.is_set():
            # A commit costs the same for one message as for a hundred, so some are waited for.
            pause_s = settled_s + group_s - time.monotonic()
            enough = gathering.enough
            received = self._inbox.take(group_s, pause_s=max(0.0, pause_s), enough=enough)
            gathering.took(len(received))
            settled_s = time.monotonic()
            if received and not self._settled(received):
                return
            if replay.is_over() and not self._replay.run():
                return
            if tell.is_over():
                self._link.publish_status()
            if self._kept.done() and keep.is_over():
                self._keep_accounts()
        self._keep_accounts()

    def _settled(self, received: Sequence[Message]) -> bool:
        try:
            group = self._settling.settle(received)
        except Unsettled:
            log.warning("stopped with %d messages left to the broker", len(received))
            return False
        self._link.acknowledge(received)
        self._tell_marks(group)
        for each in group.awaited:
            if each.settled.set_running_or_notify_cancel():  # who waited may have left
                upto = self.accounts.mark(each.lane).sequence
                each.settled.set_result(Settled(each.stored, each.duplicates, upto))
        if group.entries:
            self._on_stored(group.entries)
        for status in group.statuses:
            self._hear(status)
        for answer in group.answers:
            self.commands.answered(answer)
        return True

    def _tell_marks(self, group: Group) -> None:
        marks = ((gateway, self.accounts.mark(lane)) for lane, gateway in group.lanes.items())
        for gateway, theirs in by_gateway(marks).items():
            self._publish_marks(gateway, theirs)

    def _hear(self, status: wire.GatewayStatus) -> None:
        if status.online:
            self._publish_marks(status.gateway, self.accounts.marks(status.gateway))
        self.commands.seen(status, self._now_us())
        self._on_status(status)

    def _publish_marks(self, gateway: str, marks: Sequence[wire.Mark]) -> None:
        for topic, payload in messages(gateway, marks, self._start_id):
            self._link.publish(topic, payload)

    def _ask(self, topic: str, payload: bytes) -> None:
        self._link.publish(topic, payload, qos=1)

    def _keep_accounts(self) -> None:
        """Have accounts kept meanwhile: of twenty thousand devices that takes a second."""
        self._kept.result()
        self._kept = self._keeper.submit(self._keep, self.accounts.changes())

    def _keep(self, changes: Changes) -> None:
        try:
            self.accounts.keep_changes(changes)
        except sqlite3.OperationalError as error:
            log.warning("cannot keep the accounts, they can be counted again: %s", error)

    def _hub_status(self, online: bool) -> bytes:
        return wire.encode(
            wire.HubStatus(
                online=online,
                start_id=self._start_id,
                version=self._version,
                at_us=self._now_us(),
            )
        )


def _client_id(folder: Path) -> str:
    """Return the name of our session at the broker, the same at every start."""
    path = folder / "client-id"
    if not path.exists():
        path.write_text(f"hub-{secrets.token_hex(16)}")
    return path.read_text()
