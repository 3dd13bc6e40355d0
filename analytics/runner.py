"""From the log to minutes, days, scores and whoever observes them, exactly once.

The state that was touched, the place in the log and everything that follows from them are
committed in one transaction. Until then the shard is nobody's: when the transaction fails,
the next step begins with what the store holds.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import Connection, delete, select, update

from analytics import coverage, epochs, news, nightly, readings, reassigning, rebuilding
from analytics.absorbing import Absorbed, absorb
from analytics.daily import Queue, Turn
from analytics.days import DayFact
from analytics.lookups import Lookups
from analytics.news import Hearer
from analytics.nights import NOON_US
from analytics.reading import frames_of
from analytics.readings import Reading
from analytics.refresh import Key, days_between, days_of_all, refresh
from analytics.rescoring import Records, readings_of_day, rescore
from analytics.shard import Outputs, Row, Shard, shard_of
from analytics.sweeping import Sweep, Swept, completed
from analytics.tables import checkpoint, rescores, shard_rows
from ingest.archive import Archive, SamplesDropped, ShelfAway
from ingest.log import Log
from ingest.store import Store, upsert

log = logging.getLogger(__name__)

#: Told within the transaction which days changed.
Observer = Callable[[Connection, Sequence[DayFact], int], object]

READER: Final = "analytics"
#: How long after its end a minute is told although nothing later came: longer than a batch
#: lasts, or of most minutes it would be told twice.
IDLE_US: Final = 15_000_000
#: A day that late data keeps coming for is scored again no more often than this.
RESCORE_US: Final = 10_000_000


@dataclass(slots=True)
class _Work:
    """What one transaction has to keep."""

    position: int
    told: Outputs
    rows: list[Row]
    readings: list[Reading] = field(default_factory=list[Reading])
    late: set[Key] = field(default_factory=set[Key])
    done: set[Key] = field(default_factory=set[Key])  # scored again


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is still to be done after a transaction."""

    turn: Turn
    swept: Swept | None


class Runner:
    """Reads the log after its checkpoint and keeps what follows."""

    def __init__(
        self,
        store: Store,
        log: Log,
        archive: Archive,
        observers: Sequence[Observer] = (),
        hearers: Sequence[Hearer] = (),
        *,
        batch: int = 1_000,
    ) -> None:
        self._store = store
        self._log = log
        self._records = Records(archive, log)
        self._observers = observers
        self._hearers = hearers
        self._batch = batch
        self._shard: Shard | None = None
        self._position = 0
        self._scored_us: dict[Key, int] = {}
        self._sweep = Sweep()
        self._days = Queue()

    def checkpoint(self) -> int:
        """Return the position up to which the log was worked through."""
        with self._store.reading() as db:
            return _position(db)

    def step(self, now_us: int) -> int:
        """Work on; return 0 once all was done: entries, late days, and days that changed."""
        shard, self._shard = self._shard or self._load(now_us), None
        entries = self._log.read(self._position, self._batch)
        with self._store.reading() as db:
            lookups = Lookups(db)
            frames = frames_of(entries, lookups)
            found = readings.of_entries(entries, lookups)
        # While there is more to read, what a frame waits for may be in it.
        drained = len(entries) < self._batch
        told = shard.feed(frames, now_us if drained else 0, now_us - IDLE_US)
        work = _Work(
            position=entries[-1].position if entries else self._position,
            told=told,
            rows=shard.dump(),
            readings=found,
            late=set(told.late),
        )
        waiting = not self._days.is_empty or self._sweep.is_due(now_us)
        if entries or work.rows or waiting:
            self._commit(work, now_us)
        late = self._due(now_us) if drained else []
        for key in late:
            self._score_again(shard, key, now_us)
        self._shard = shard
        more = not self._days.is_empty or self._sweep.is_under_way
        return len(entries) + len(late) + more

    def absorb(
        self,
        db: Connection,
        minutes: Sequence[Absorbed],
        now_us: int,
        lookups: Lookups | None = None,
    ) -> list[DayFact]:
        """Take minutes that were scored elsewhere; all else follows as it does for live ones.

        Many people and one stretch of time a call are fastest; `lookups` may be kept between
        calls while nobody's zone, profile or devices change.
        """
        lookups = lookups or Lookups(db)
        touched = absorb(db, minutes, now_us, lookups)
        nightly.mark(db, nightly.of_days(touched), lookups)
        return self._follow(db, touched | completed(db, lookups, now_us), lookups, now_us)

    def refresh(
        self, db: Connection, participant: str, since_us: int, now_us: int
    ) -> list[DayFact]:
        """Compute days again after a zone or a profile changed as of an instant."""
        lookups = Lookups(db)
        days = days_between(lookups, participant, since_us, now_us)
        keys = {(participant, day) for day in days}
        nightly.mark(db, nightly.of_days(keys), lookups)
        return self._follow(db, keys, lookups, now_us)

    def _due(self, now_us: int) -> list[Key]:
        """Return the days to score again; another process may have asked for some of them."""
        with self._store.reading() as db:
            query = select(rescores.c.participant, rescores.c.day)
            rows = db.execute(query.where(rescores.c.refused.is_(None))).all()
        keys = sorted((participant, day) for participant, day in rows)
        scored_us = self._scored_us
        return [key for key in keys if now_us - scored_us.get(key, 0) >= RESCORE_US]

    def _load(self, now_us: int) -> Shard:
        shard = Shard()
        with self._store.reading() as db:
            columns = (shard_rows.c.participant, shard_rows.c.device, shard_rows.c.state)
            lost = rebuilding.restore(shard, db.execute(select(*columns)))
            self._position = _position(db)
        if lost:
            log.warning("state of %d devices is laid out otherwise: built again", len(lost))
            self._store.write(lambda db: rebuilding.give_up(db, lost, now_us))
            for key in self._due(now_us):
                self._score_again(shard, key, now_us)
        return shard

    def _score_again(self, shard: Shard, key: Key, now_us: int) -> None:
        try:
            with self._store.reading() as db:
                day = Lookups(db).day(*key)
                again, told = rescore(db, self._records, key[0], day, self._position, now_us)
                found = readings_of_day(db, self._records, key[0], day, self._position)
                heard = coverage.further(db, told.heard)
        except SamplesDropped as dropped:
            self._leave(key, str(dropped))
            return
        except ShelfAway as away:
            log.warning("a day waits to be scored again: %s", away)
            self._scored_us[key] = now_us
            return
        shard.adopt(again, key[0], day.start_us, day.end_us)
        minutes = replace(told, heard=heard, late=[], filled=[])
        work = _Work(self._position, minutes, shard.dump(), found, done={key})
        self._commit(work, now_us)
        self._scored_us[key] = now_us

    def _leave(self, key: Key, reason: str) -> None:
        """Let a day stay as it was scored; some of it would count as nothing now."""
        log.warning("a day stays as it was scored: %s", reason)
        mine = (rescores.c.participant == key[0]) & (rescores.c.day == key[1])
        refused = update(rescores).where(mine).values(refused=reason)
        self._store.write(lambda db: db.execute(refused))

    def _commit(self, work: _Work, now_us: int) -> None:
        kept = self._store.write(lambda db: self._keep(db, work, now_us))
        self._days.is_empty = kept.turn.is_last
        self._position = work.position
        if kept.swept:
            self._sweep.done(kept.swept, now_us)

    def _keep(self, db: Connection, work: _Work, now_us: int) -> _Kept:
        db.execute(upsert(db, checkpoint), {"reader": READER, "position": work.position})
        _keep_rows(db, work.rows)
        _keep_late(db, work)
        lookups = Lookups(db)
        lookups.expect_days(work.told.participants)
        for participant, day in work.done:
            reassigning.disown(db, participant, lookups.day(participant, day))
            readings.forget(db, participant, lookups.day(participant, day))
        readings.keep(db, work.readings)
        coverage.note(db, work.told.heard)
        coverage.note_holes(db, work.told.holes, work.told.filled)
        epochs.keep(db, work.told.lanes, work.told.epochs)
        heard = news.of(work.told, work.readings)
        for hear in self._hearers:
            hear(db, heard)
        keys = days_of_all(lookups, heard.minutes_us) | work.done
        keys |= readings.days_of(work.readings, lookups)
        nights = days_of_all(lookups, heard.minutes_us, NOON_US) | nightly.of_days(work.done)
        nightly.mark(db, nights, lookups)
        swept = self._sweep.look(db, lookups, now_us) if self._sweep.is_due(now_us) else None
        turn = self._days.turn(db, keys | swept.keys if swept else keys, now_us)
        self._follow(db, turn.keys, lookups, now_us)
        return _Kept(turn, swept)

    def _follow(
        self, db: Connection, keys: Collection[Key], lookups: Lookups, now_us: int
    ) -> list[DayFact]:
        facts = refresh(db, keys, lookups, now_us)
        if facts:
            for observer in self._observers:
                observer(db, facts, now_us)
        return facts


def _position(db: Connection) -> int:
    query = select(checkpoint.c.position).where(checkpoint.c.reader == READER)
    return db.scalar(query) or 0


def _keep_rows(db: Connection, rows: Sequence[Row]) -> None:
    if rows:
        values = [
            {"participant": who, "device": device, "shard": shard_of(who), "state": state}
            for who, device, state in rows
        ]
        db.execute(upsert(db, shard_rows), values)


def _keep_late(db: Connection, work: _Work) -> None:
    for participant, day in work.late:
        reassigning.ask(db, participant, day)
    for participant, day in work.done:
        mine = (rescores.c.participant == participant) & (rescores.c.day == day)
        db.execute(delete(rescores).where(mine))
