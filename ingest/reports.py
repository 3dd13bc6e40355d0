"""What became of what devices said, for whoever may see it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from ingest.coverage import Gap
from ingest.lanes import GivenUp, Lane, LaneKey
from ingest.ledger import Ledger, StreamAccount
from people import registry
from people.authorize import Action, Actor, Topic, authorize

__all__ = ["Gap", "LaneReport", "Range", "StreamReport", "of_device", "of_participant"]


class Range(msgspec.Struct, frozen=True):
    """Samples that are stored without a gap between them."""

    boot: int  # the device's own, where it counts its samples; else the connection's
    counted: tuple[int, int] | None  # by the device: the first, and the one after the last
    start_us: int
    end_us: int
    samples: int


class LaneReport(msgspec.Struct, frozen=True):
    """What a gateway sent during one connection and was never stored."""

    boot: int
    gateway: str
    heard_us: int  # when the gateway last spoke of it
    waiting: int  # sequences that something later has overtaken
    given_up: tuple[GivenUp, ...]


class StreamReport(msgspec.Struct, frozen=True):
    """What became of one stream of one device."""

    stream: str
    stored: int
    redelivered: int
    overlap: int
    echo: int
    ranges: tuple[Range, ...]
    gaps: tuple[Gap, ...]
    lanes: tuple[LaneReport, ...]  # those that lack something

    @property
    def duplicates(self) -> int:
        """Return how many samples came again and were refused."""
        return self.redelivered + self.overlap + self.echo

    @property
    def open_gaps(self) -> tuple[Gap, ...]:
        """Return the gaps that nobody has given up."""
        return tuple(gap for gap in self.gaps if not gap.reasons)

    @property
    def given_up(self) -> dict[tuple[str, ...], int]:
        """Return how many samples are missing for good, by what gateways say of them."""
        counts: Counter[tuple[str, ...]] = Counter()
        for gap in self.gaps:
            if gap.reasons:
                counts[gap.reasons] += gap.missing or 0
        return dict(counts)

    @property
    def missing(self) -> int:
        """Return how many samples the gaps hold, those of a number that is known."""
        return sum(gap.missing for gap in self.gaps if gap.missing is not None)

    @property
    def uncounted(self) -> int:
        """Return how many gaps hold samples of which nobody can tell the number."""
        return sum(gap.missing is None for gap in self.gaps)

    def within(self, spans: Sequence[tuple[int, int]]) -> "StreamReport":
        """Return what of it touches some spans of time; what is counted stays the device's."""

        def touches(start_us: int, end_us: int) -> bool:
            return any(start_us < until_us and end_us >= from_us for from_us, until_us in spans)

        return msgspec.structs.replace(
            self,
            ranges=tuple(r for r in self.ranges if touches(r.start_us, r.end_us)),
            gaps=tuple(gap for gap in self.gaps if touches(gap.start_us, gap.end_us)),
            lanes=tuple(lane for lane in self.lanes if touches(lane.heard_us, lane.heard_us)),
        )


def report(stream: str, account: StreamAccount, lanes: Mapping[LaneKey, Lane]) -> StreamReport:
    """Put together what is known of a stream."""
    gaps = [gap for coverage in account.coverages.values() for gap in coverage.gaps()]
    gaps += [*account.rhythm.silences(), *account.losses]
    ranges = [*_counted(account), *_heard(account)]
    return StreamReport(
        stream,
        **msgspec.structs.asdict(account.tally),
        ranges=tuple(sorted(ranges, key=lambda each: each.start_us)),
        gaps=tuple(sorted(gaps, key=lambda gap: gap.start_us)),
        lanes=tuple(_lane(key[1], lane) for key, lane in lanes.items() if _lacks(lane)),
    )


def of_device(ledger: Path, device: str) -> tuple[StreamReport, ...]:
    """Return what became of each stream of a device, as of some seconds ago."""
    if not ledger.exists():  # no hub has run here yet
        return ()
    with Ledger(ledger, read_only=True) as kept:
        return tuple(
            report(stream, kept.account((device, stream)), kept.lanes(device, stream))
            for stream in kept.streams(device)
        )


def of_participant(
    db: Connection, ledger: Path, actor: Actor, participant: str, now_us: int
) -> dict[str, tuple[StreamReport, ...]]:
    """Return the same of what someone wore, while they wore it; raise Refused to others."""
    authorize(db, actor, Action.SEE, participant, Topic.ACTIVITY, now_us=now_us)
    spans: dict[str, list[tuple[int, int]]] = {}
    for worn in registry.wearings_of(db, participant):
        until_us = now_us if worn.until_us is None else worn.until_us
        spans.setdefault(worn.device, []).append((worn.from_us, until_us))
    return {
        device: tuple(each.within(worn) for each in of_device(ledger, device))
        for device, worn in spans.items()
    }


def _counted(account: StreamAccount) -> Iterable[Range]:
    for boot, coverage in account.coverages.items():
        for span in coverage.spans:
            counted = (span.start, span.end)
            yield Range(boot, counted, span.start_us, span.end_us, span.end - span.start)


def _heard(account: StreamAccount) -> Iterable[Range]:
    for run in account.rhythm.runs:
        yield Range(run.boot, None, run.first_us, run.last_us, run.events)


def _lacks(lane: Lane) -> bool:
    return bool(lane.beyond or lane.given_up)


def _lane(boot: int, lane: Lane) -> LaneReport:
    holes = lane.holes(lane.beyond[-1][1]) if lane.beyond else []
    waiting = sum(last - first + 1 for first, last in holes)
    return LaneReport(boot, lane.gateway, lane.heard_us, waiting, tuple(lane.given_up))
