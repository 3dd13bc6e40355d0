"""Making a group of messages durable, each in the place where it belongs."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final, TypeVar

from gateway import wire
from ingest.accounts import Accounts
from ingest.archive import ShelfAway
from ingest.deadletters import DeadLetter, DeadLetters
from ingest.inbox import Message, Settled
from ingest.lanes import LaneKey
from ingest.log import Arrival, Entry, Log, Refusal
from ingest.reading import Unusable, read

log = logging.getLogger(__name__)

_Result = TypeVar("_Result")
_FIRST_RETRY_S: Final = 0.1
_LONGEST_RETRY_S: Final = 5.0


class Unsettled(RuntimeError):
    """Asked to stop before a group was durable; the broker still has it."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A batch that somebody waits for, and what became of its samples."""

    settled: Future[Settled]
    lane: LaneKey
    stored: int
    duplicates: int


@dataclass(slots=True)
class Group:
    """What was said in a few messages, and what became of it."""

    arrivals: list[Arrival] = field(default_factory=list[Arrival])
    refusals: list[Refusal] = field(default_factory=list[Refusal])
    letters: list[DeadLetter] = field(default_factory=list[DeadLetter])
    lanes: dict[LaneKey, str] = field(default_factory=dict[LaneKey, str])  # and their gateways
    statuses: list[wire.GatewayStatus] = field(default_factory=list[wire.GatewayStatus])
    answers: list[wire.Answer] = field(default_factory=list[wire.Answer])
    entries: list[Entry] = field(default_factory=list[Entry])
    awaited: list[Awaited] = field(default_factory=list[Awaited])


class Settling:
    """Sorts messages, and does not give up on a full disk before it is told to stop."""

    def __init__(
        self, journal_log: Log, accounts: Accounts, letters: DeadLetters, stop: threading.Event
    ) -> None:
        self._log = journal_log
        self._accounts = accounts
        self._letters = letters
        self._stop = stop
        self._complained: set[str] = set()  # of which kinds of message

    def settle(self, messages: Sequence[Message]) -> Group:
        """Return once everything is durable; raise Unsettled if there is no time for that."""
        group = Group()
        try:
            for message in messages:
                self._sort(message, group)
        except ShelfAway as away:
            raise Unsettled from away
        if group.letters:
            self._persist(lambda: self._letters.keep(group.letters))
        if group.arrivals or group.refusals:
            group.entries = self._persist(
                lambda: self._log.append(group.arrivals, group.refusals)
            )
        self._accounts.committed()
        return group

    def _sort(self, message: Message, group: Group) -> None:
        gateway, content = read(message)
        match content:
            case wire.Batch():
                self._admit(message, gateway, content, group)
            case wire.GatewayStatus():
                self._step_over(message.received_us, content, group)
                group.statuses.append(content)
            case wire.Answer():
                group.answers.append(content)
            case wire.HubStatus():
                pass  # our own
            case Unusable():
                self._bury(message, content, group)

    def _admit(self, message: Message, gateway: str, batch: wire.Batch, group: Group) -> None:
        arrivals, refusals = self._accounts.admit(
            message.received_us, gateway, batch, message.payload
        )
        group.arrivals += arrivals
        group.refusals += refusals
        lane = (batch.device, batch.boot, batch.stream)
        group.lanes[lane] = gateway
        if message.settled is not None:
            stored = sum(each.batch.size for each in arrivals)
            group.awaited.append(Awaited(message.settled, lane, stored, batch.size - stored))

    def _step_over(self, received_us: int, status: wire.GatewayStatus, group: Group) -> None:
        for aside in status.set_aside:
            lane = (aside.device, aside.boot, aside.stream)
            group.refusals += self._accounts.set_aside(
                received_us,
                status.gateway,
                lane,
                aside.sequence,
                f"set_aside: {aside.reason}",
            )
            group.lanes[lane] = status.gateway
        for left in status.spooled_from:
            lane = (left.device, left.boot, left.stream)
            given_up = self._accounts.give_up(received_us, status.gateway, lane, left.sequence)
            group.refusals += given_up
            if given_up:
                log.warning("%s has what it sent before no longer, nor have we", left.device)
                group.lanes[lane] = status.gateway

    def _bury(self, message: Message, content: Unusable, group: Group) -> None:
        kind = content.reason.partition(":")[0]
        level = logging.DEBUG if kind in self._complained else logging.WARNING
        log.log(level, "kept aside, nobody can use it: %s: %s", message.topic, content.reason)
        self._complained.add(kind)
        group.letters.append(
            DeadLetter(message.received_us, message.topic, content.reason, message.payload)
        )
        if content.lane is not None:
            # What is kept here needs not be sent again, or it would hold up all that follows.
            group.refusals += self._accounts.set_aside(
                message.received_us,
                content.gateway,
                content.lane,
                content.sequence,
                f"dead_letter: {content.reason}",
            )
            group.lanes[content.lane] = content.gateway

    def _persist(self, write: Callable[[], _Result]) -> _Result:
        wait_s = _FIRST_RETRY_S
        while True:
            try:
                return write()
            except sqlite3.OperationalError as error:
                level = logging.ERROR if wait_s == _FIRST_RETRY_S else logging.DEBUG
                log.log(level, "cannot store what was received: %s", error)
            if self._stop.wait(wait_s):
                raise Unsettled
            wait_s = min(2 * wait_s, _LONGEST_RETRY_S)
