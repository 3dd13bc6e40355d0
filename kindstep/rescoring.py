"""Scoring a whole study again, in one process or several; one that dies costs only its work."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from analytics.rescoring import Records
from analytics.tables import checkpoint
from ingest.log.sqlite import SqliteLog
from kindstep import schema, shelves, stores
from kindstep.folder import Folder
from kindstep.settings import Settings
from people import registry
from people.registry import Role
from research.rescoring import Results, Run, Scored, score

_MOST_DEATHS: Final = 3  # of worker pools in a row without anybody done

Progress = Callable[[int, int], None]  # people done, of so many


class WorkersDied(RuntimeError):
    """Worker processes died again and again."""


class Site:
    """What a process reads: the store, the archive and the log where that ends."""

    def __init__(self, settings: Settings) -> None:
        self._store = stores.open_as_it_is(settings, read_only=True)
        log = SqliteLog(Folder(settings.data).log, read_only=True)
        self._records = Records(shelves.open_archive(settings), log)

    def run(self) -> Run:
        """Return what can be scored now."""
        with self._store.reading() as db, stores.reached():
            schema.check(db)
            position = db.scalar(select(func.max(checkpoint.c.position))) or 0
        return Run(position, version("kindstep"))

    def people(self) -> Sequence[str]:
        """Return everyone."""
        with self._store.reading() as db:
            return registry.persons_of(db, Role.PARTICIPANT)

    def score(self, participant: str, run: Run, now_us: int) -> Scored:
        """Score somebody again."""
        with self._store.reading() as db:
            return score(db, self._records, participant, run, now_us)

    def close(self) -> None:
        self._store.close()


def rescore(
    settings: Settings, into: Path, now_us: int, workers: int, progress: Progress
) -> Results:
    """Score everyone again who is not in the folder yet; return what is in it then.

    Raises OtherRun for a folder of another run, WorkersDied.
    """
    site = Site(settings)
    try:
        run, people = site.run(), site.people()
        results = Results(into, run)
        todo = [who for who in people if results.lacks(who)]
        done = _alone if workers == 1 else _together
        for count, scored in enumerate(done(site, settings, todo, (run, now_us), workers), 1):
            results.add(scored)
            progress(len(people) - len(todo) + count, len(people))
    finally:
        site.close()
    return results


def _alone(
    site: Site, _: Settings, todo: Sequence[str], what: tuple[Run, int], _workers: int
) -> Iterator[Scored]:
    for who in todo:
        yield site.score(who, *what)


def _together(
    site: Site, settings: Settings, todo: Sequence[str], what: tuple[Run, int], workers: int
) -> Iterator[Scored]:
    left, deaths = list(todo), 0
    while left:
        try:
            for scored in _shared(site, settings, left, what, workers - 1):
                left.remove(scored.participant)
                deaths = 0
                yield scored
        except BrokenProcessPool as died:
            deaths += 1
            if deaths == _MOST_DEATHS:
                raise WorkersDied(f"{len(left)} people are left; run it again") from died


def _shared(
    site: Site, settings: Settings, todo: Sequence[str], what: tuple[Run, int], helpers: int
) -> Iterator[Scored]:
    """Score people here as well; helpers have two each to go on with."""
    context = get_context("spawn")  # a fork would share what threads hold
    left = deque(todo)
    with ProcessPoolExecutor(helpers, context, _begin, (settings,)) as pool:
        waiting: set[Future[Scored]] = set()
        try:
            while left:
                while left and len(waiting) < 2 * helpers:
                    waiting.add(pool.submit(_score, left.popleft(), *what))
                if left:
                    yield site.score(left.popleft(), *what)
                done = {each for each in waiting if each.done()}
                waiting -= done
                yield from (each.result() for each in done)
            yield from (each.result() for each in as_completed(waiting))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


_here: list[Site] = []  # of a worker process: opened once


def _begin(settings: Settings) -> None:
    _here.append(Site(settings))


def _score(participant: str, run: Run, now_us: int) -> Scored:
    return _here[0].score(participant, run, now_us)
