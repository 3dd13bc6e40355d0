"""The accounts counted again in the plainest way, from archive and log alone.

What a gateway sent again leaves no trace in the log, so that count alone cannot be checked.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain, takewhile
from typing import Final, Protocol, TypeAlias

from gateway.wire import Batch
from ingest.lanes import Lane, LaneKey
from ingest.ledger import Ledger, StreamAccount, StreamKey
from ingest.log import WHOLE, Entry, Head, Refusal
from ingest.pieces import event_times_us, span_us
from ingest.rhythm import Rhythm

_SEQUENCE: Final = 1 << 20  # more samples than a batch can hold

Spans: TypeAlias = list[tuple[int, int]]
#: What a gateway said is lost: where, how many, and why.
Said: TypeAlias = tuple[int | str | None, ...]
#: Where samples are numbered: device, stream, and the device's boot, or the connection's.
Origin: TypeAlias = tuple[str, str, bool, int]


class Stored(Protocol):
    """Everything that was ever logged."""

    def entries(self, after: int = 0) -> Iterator[Entry | Head]: ...

    def refusals(self, after: int = 0) -> Iterator[tuple[int, Refusal]]: ...


class Recount:
    """What log and archive hold up to a position."""

    def __init__(self, stored: Stored, upto: int) -> None:
        self.samples: defaultdict[Origin, Spans] = defaultdict(list)
        self.tallies: defaultdict[StreamKey, Counter[str]] = defaultdict(Counter)
        self.rhythms: defaultdict[StreamKey, Rhythm] = defaultdict(Rhythm)
        self.boots: defaultdict[StreamKey, set[int]] = defaultdict(set)  # of devices that count
        self.losses: defaultdict[StreamKey, set[Said]] = defaultdict(set)
        self.lanes: defaultdict[StreamKey, set[LaneKey]] = defaultdict(set)
        self.settled: defaultdict[LaneKey, Spans] = defaultdict(list)
        self.given_up: defaultdict[LaneKey, dict[str, Spans]] = defaultdict(dict)
        for entry in takewhile(lambda entry: entry.position <= upto, stored.entries()):
            self._count(entry if isinstance(entry, Head) else _head(entry))
            if isinstance(entry, Entry):
                self._hear(entry.batch)
        for _, refusal in takewhile(lambda each: each[0] <= upto, stored.refusals()):
            self._count_refusal(refusal)

    def _count(self, head: Head) -> None:
        key = (head.device, head.stream)
        self.tallies[key]["stored"] += head.samples
        self._settle((head.device, head.boot, head.stream), head.sequence)
        if head.counted:
            origin, number = (*key, True, head.counted.boot), head.counted.sample
            self.boots[key].add(head.counted.boot)
        else:
            origin, number = (*key, False, head.boot), head.sequence * _SEQUENCE + head.first
        self.samples[origin].append((number, number + head.samples))
        if head.lost and head.counted:
            first = max(0, number - head.lost.samples)
            self.losses[key].add((head.counted.boot, first, number, head.lost.reason))
        elif head.lost:
            self.losses[key].add((head.start_us, head.lost.samples, head.lost.reason))

    def _hear(self, batch: Batch) -> None:
        if batch.counted is None and batch.period_us is None:
            key = (batch.device, batch.stream)
            self.rhythms[key].add(batch.boot, event_times_us(batch))

    def _count_refusal(self, refusal: Refusal) -> None:
        key = (refusal.device, refusal.stream)
        lane = (refusal.device, refusal.boot, refusal.stream)
        if refusal.first == WHOLE:
            first = 0 if refusal.reason == "forgotten" else refusal.sequence
            self.lanes[key].add(lane)
            gone = self.given_up[lane].setdefault(refusal.reason, [])
            gone.append((first, refusal.sequence + 1))
        else:
            self._settle(lane, refusal.sequence)
            self.tallies[key][refusal.reason] += refusal.samples

    def _settle(self, lane: LaneKey, sequence: int) -> None:
        self.lanes[lane[0], lane[2]].add(lane)
        self.settled[lane].append((sequence, sequence + 1))


def differences(ledger: Ledger, stored: Stored) -> Iterator[str]:
    """Yield a line for everything that the accounts say otherwise than log and archive."""
    found = Recount(stored, ledger.position())
    yield from _doubled(found.samples)
    for key in sorted(found.lanes.keys() | set(ledger.every())):
        yield from _of_stream(found, ledger, key)
        yield from _of_lanes(found, ledger.lanes(*key), key)


def _head(entry: Entry) -> Head:
    batch = entry.batch
    key = (batch.device, batch.boot, batch.stream, batch.sequence, entry.first)
    said = (entry.received_us, entry.gateway, batch.size)
    return Head(
        entry.position,
        *key,
        *said,
        *span_us(batch),
        batch.period_us,
        batch.counted,
        batch.lost,
    )


def _doubled(samples: Mapping[Origin, Spans]) -> Iterator[str]:
    for (device, stream, by_device, boot), spans in sorted(samples.items()):
        end = 0
        for start, until in sorted(spans):
            if start < end:
                unit = 1 if by_device else _SEQUENCE
                what = "sample" if by_device else "batch"
                yield f"{device} {stream} boot {boot}: {what} {start // unit} is stored twice"
            end = max(end, until)


def _of_stream(found: Recount, ledger: Ledger, key: StreamKey) -> Iterator[str]:
    name, account = " ".join(key), ledger.account(key)
    for what in ("stored", "overlap", "echo"):
        counted, said = found.tallies[key][what], getattr(account.tally, what)
        if counted != said:
            yield f"{name}: {counted} samples {what}, the accounts say {said}"
    for boot in sorted(found.boots[key] | account.coverages.keys()):
        ranges = _joined(found.samples[(*key, True, boot)])
        said = [(span.start, span.end) for span in account.coverage(boot).spans]
        if ranges != said:
            yield f"{name} boot {boot}: stored are {ranges}, the accounts say {said}"
    if found.losses[key] != _losses(account):
        yield f"{name}: its gateways' reasons are not those of the accounts"
    heard = found.rhythms[key]
    if (heard.runs, heard.young) != (account.rhythm.runs, account.rhythm.young):
        yield f"{name}: its silences are not those of the accounts"


def _losses(account: StreamAccount) -> set[Said]:
    counted: set[Said] = {
        (boot, loss.start, loss.end, loss.reason)
        for boot, coverage in account.coverages.items()
        for loss in coverage.losses
    }
    return counted | {(gap.end_us, gap.missing, *gap.reasons) for gap in account.losses}


def _of_lanes(found: Recount, lanes: Mapping[LaneKey, Lane], whose: StreamKey) -> Iterator[str]:
    for key in sorted(found.lanes[whose] | lanes.keys()):
        lane = lanes.get(key) or Lane("")
        name = f"{' '.join(whose)} connection {key[1]}"
        given_up = found.given_up[key]
        counted = _joined([*found.settled[key], *chain(*given_up.values())])
        said = _joined([(0, lane.upto + 1), *((a, b + 1) for a, b in lane.beyond)])
        if counted != said:
            yield f"{name}: settled are {counted}, the accounts say {said}"
        missing = _minus(_joined(list(chain(*given_up.values()))), _joined(found.settled[key]))
        said = _joined([(gone.first, gone.last + 1) for gone in lane.given_up])
        if missing != said or {gone.reason for gone in lane.given_up} - given_up.keys():
            yield f"{name}: given up are {missing}, the accounts say {said}"


def _joined(spans: Spans) -> Spans:
    joined: Spans = []
    for start, end in sorted(spans):
        if start == end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _minus(spans: Spans, others: Spans) -> Spans:
    for start, end in others:
        rests = [((a, min(b, start)), (max(a, end), b)) for a, b in spans]
        spans = [(a, b) for a, b in chain(*rests) if a < b]
    return spans
