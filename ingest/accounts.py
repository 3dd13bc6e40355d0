"""What is stored, what was refused as a duplicate and what is missing, sample by sample.

The log alone is the truth: everything here can be counted again from it. Accounts live in
memory, are kept now and then, and catch up with the log at start.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import Final, Protocol

from gateway.wire import Batch, Mark
from ingest.echoes import WINDOW_US, Echoes
from ingest.lanes import Lane, LaneKey
from ingest.ledger import Changes, Ledger, StreamAccount, Tally
from ingest.log import WHOLE, Arrival, Entry, Head, Refusal
from ingest.opened import Opened
from ingest.pieces import cut, event_times_us, parts_alike, parts_between, span_us
from ingest.reports import StreamReport

_FORGOTTEN: Final = "forgotten"  # together with all before it
_MOST_STRETCHES: Final = 4  # told with a mark


class Journal(Protocol):
    """Everything that was ever logged, wherever it is kept by now."""

    def entries(self, after: int) -> Iterable[Entry | Head]: ...

    def refusals(self, after: int) -> Iterable[tuple[int, Refusal]]: ...

    def events(
        self, device: str, stream: str, start_us: int, end_us: int
    ) -> Iterable[Batch]: ...

    def last(self) -> int: ...


class Accounts:
    """Decides what of a batch is new; for one thread that admits and any number that ask."""

    def __init__(self, path: Path, journal: Journal) -> None:
        self._lock = threading.RLock()
        self._ledger = Ledger(path)
        self._journal = journal
        self._opened = Opened(self._ledger)
        self._uncommitted: list[Arrival | Refusal] = []
        self._echoes = Echoes(self._events)
        if self._ledger.position() > journal.last():
            self._ledger.clear()  # it speaks of a log that is gone
        self.position = self._ledger.position()
        self._catch_up()

    def admit(
        self, received_us: int, gateway: str, batch: Batch, sent: bytes | None = None
    ) -> tuple[list[Arrival], list[Refusal]]:
        """Return what of a batch is to be logged, and which samples of it are not.

        A sequence that was settled before yields nothing, unless it was given up. What is
        returned counts as stored from now on, so the caller logs it or ends.
        """
        with self._lock:
            lane = self._opened.lane(
                (batch.device, batch.boot, batch.stream), gateway, received_us
            )
            account = self._opened.stream((batch.device, batch.stream))
            if not lane.lacks(batch.sequence):
                account.tally.redelivered += batch.size
                return [], []
            lane.settle(batch.sequence)
            return self._split(received_us, gateway, batch, sent, account)

    def set_aside(
        self, received_us: int, gateway: str, key: LaneKey, sequence: int, reason: str
    ) -> list[Refusal]:
        """Settle the sequence of a batch that will not be stored, unless it comes after all."""
        with self._lock:
            lane = self._opened.lane(key, gateway, received_us)
            if lane.holds(sequence):
                return []
            lane.give_up(sequence, sequence, reason)
            refusal = Refusal(received_us, gateway, *key, sequence, WHOLE, 0, reason)
            self._uncommitted.append(refusal)
            return [refusal]

    def give_up(
        self, received_us: int, gateway: str, key: LaneKey, below: int
    ) -> list[Refusal]:
        """Settle every sequence below one: their gateway has them no longer, and we never had.

        That happens to a hub that lost its data folder, or got an older one back.
        """
        with self._lock:
            lane = self._opened.lane(key, gateway, received_us)
            last = below - 1
            if last <= lane.upto:
                return []
            lane.give_up(0, last, _FORGOTTEN)
            refusal = Refusal(received_us, gateway, *key, last, WHOLE, 0, _FORGOTTEN)
            self._uncommitted.append(refusal)
            return [refusal]

    def committed(self) -> None:
        """Take note that all that was admitted is in the log."""
        self._uncommitted.clear()

    def mark(self, key: LaneKey) -> Mark:
        """Return how far a boot and stream is settled."""
        with self._lock:
            return _mark(key, self._opened.known(key))

    def marks(self, gateway: str) -> list[Mark]:
        """Return how far everything is settled that a gateway sent lately."""
        with self._lock:
            return [_mark(*each) for each in self._opened.lanes_of(gateway).items()]

    def report(self, device: str) -> tuple[StreamReport, ...]:
        """Return what became of each stream of a device."""
        with self._lock:
            return self._opened.reports(device)

    def keep(self) -> None:
        """Make all accounts durable, up to the last position of the log."""
        self.keep_changes(self.changes())

    def changes(self) -> Changes:
        """Return what changed since the last call; whoever asks has it kept, one by one."""
        with self._lock:
            if self._uncommitted:
                raise RuntimeError("accounts may not run ahead of the log")
            return self._opened.changes(self._journal.last())

    def keep_changes(self, changes: Changes) -> None:
        """Make changes durable; any thread may, so that none that admits waits for a disk."""
        try:
            self._ledger.keep(changes)
        except sqlite3.Error:
            with self._lock:
                self._opened.take_back(changes)
            raise
        with self._lock:
            self.position = changes.position
            self._opened.forget_idle(changes)

    def close(self) -> None:
        with self._lock:
            self._ledger.close()

    def _catch_up(self) -> None:
        entries = ((entry.position, entry) for entry in self._journal.entries(self.position))
        refusals = self._journal.refusals(self.position)
        items: Iterator[tuple[int, Entry | Head | Refusal]] = merge(
            entries, refusals, key=itemgetter(0)
        )
        for _, item in items:
            match item:
                case Entry():
                    self._recall(item)
                case Head():
                    self._recall_head(item)
                case Refusal():
                    self._recall_refusal(item)

    def _recall(self, entry: Entry) -> None:
        batch = entry.batch
        lane_key = (batch.device, batch.boot, batch.stream)
        self._opened.lane(lane_key, entry.gateway, entry.received_us).settle(batch.sequence)
        self._count(self._opened.stream((batch.device, batch.stream)), batch)

    def _recall_head(self, head: Head) -> None:
        lane_key = (head.device, head.boot, head.stream)
        self._opened.lane(lane_key, head.gateway, head.received_us).settle(head.sequence)
        account = self._opened.stream((head.device, head.stream))
        account.tally.stored += head.samples
        if head.counted is not None:
            account.cover(head.counted, head.samples, head.start_us, head.end_us)
        if head.lost is not None:
            account.lose(head.lost, head.counted, head.start_us, head.period_us)

    def _recall_refusal(self, refusal: Refusal) -> None:
        lane_key = (refusal.device, refusal.boot, refusal.stream)
        lane = self._opened.lane(lane_key, refusal.gateway, refusal.received_us)
        if refusal.first == WHOLE:
            first = 0 if refusal.reason == _FORGOTTEN else refusal.sequence
            lane.give_up(first, refusal.sequence, refusal.reason)
            return
        lane.settle(refusal.sequence)
        _refuse(self._opened.stream((refusal.device, refusal.stream)).tally, refusal)

    def _split(
        self,
        received_us: int,
        gateway: str,
        batch: Batch,
        sent: bytes | None,
        account: StreamAccount,
    ) -> tuple[list[Arrival], list[Refusal]]:
        arrivals: list[Arrival] = []
        refusals: list[Refusal] = []
        reason = "overlap" if batch.counted else "echo"
        key = (batch.device, batch.boot, batch.stream, batch.sequence)
        for first, end, is_new in self._parts(batch, account):
            if is_new:
                piece = cut(batch, first, end)
                self._count(account, piece)
                whole = sent if piece is batch else None
                arrivals.append(Arrival(received_us, gateway, first, piece, whole))
            else:
                refusal = Refusal(received_us, gateway, *key, first, end - first, reason)
                _refuse(account.tally, refusal)
                refusals.append(refusal)
        self._uncommitted += [*arrivals, *refusals]
        return arrivals, refusals

    def _parts(self, batch: Batch, account: StreamAccount) -> Iterator[tuple[int, int, bool]]:
        """Yield the parts of a batch in order: first sample, end, whether it is new."""
        if batch.counted is not None:
            start, size = batch.counted.sample, batch.size
            lacking = account.coverage(batch.counted.boot).lacks(start, start + size)
            return parts_between([(a - start, b - start) for a, b in lacking], size)
        if batch.period_us is not None or not self._may_echo(batch, account):
            return iter([(0, batch.size, True)])
        return parts_alike([not echo for echo in self._echoes.find(batch)])

    def _may_echo(self, batch: Batch, account: StreamAccount) -> bool:
        start_us, end_us = span_us(batch)
        return account.rhythm.others_within(
            batch.boot, start_us - WINDOW_US, end_us + WINDOW_US
        )

    def _count(self, account: StreamAccount, piece: Batch) -> None:
        account.tally.stored += piece.size
        start_us, end_us = span_us(piece)
        if piece.lost is not None:
            account.lose(piece.lost, piece.counted, start_us, piece.period_us)
        if piece.counted is not None:
            account.cover(piece.counted, piece.size, start_us, end_us)
        elif piece.period_us is None:
            account.rhythm.add(piece.boot, event_times_us(piece))
            self._echoes.remember(piece)

    def _events(self, device: str, stream: str, start_us: int, end_us: int) -> Iterator[Batch]:
        yield from self._journal.events(device, stream, start_us, end_us)
        arrivals = [item for item in self._uncommitted if isinstance(item, Arrival)]
        for batch in (arrival.batch for arrival in arrivals):
            if (batch.device, batch.stream) == (device, stream):
                yield batch


def _mark(key: LaneKey, lane: Lane) -> Mark:
    device, boot, stream = key
    beyond = tuple(lane.beyond[:_MOST_STRETCHES])
    return Mark(device=device, boot=boot, stream=stream, sequence=lane.upto, beyond=beyond)


def _refuse(tally: Tally, refusal: Refusal) -> None:
    if refusal.reason == "overlap":
        tally.overlap += refusal.samples
    else:
        tally.echo += refusal.samples
