"""Scoring a whole study again, by whoever is at hand; who dies costs no more than its work."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final, TypeAlias

from sqlalchemy import func, select

from analytics.rescoring import Records
from analytics.tables import checkpoint
from ingest.log.sqlite import SqliteLog
from kindstep import schema, shelves, stores
from kindstep.folder import Folder
from kindstep.settings import Settings
from research.rescoring import OtherRun, Results, Run, Scored, Work, score, works

Progress = Callable[[int, int], None]  # days done, of so many


class Site:
    """What a process reads: the store, the archive and the log where that ends."""

    def __init__(self, settings: Settings) -> None:
        self.settings: Final = settings
        self._store = stores.open_to_read(settings)
        log = SqliteLog(Folder(settings.data).log, read_only=True)
        self._records = Records(shelves.open_archive(settings), log)

    def run(self) -> Run:
        """Return what can be scored now."""
        with self._store.reading() as db, stores.reached():
            schema.check(db)
            position = db.scalar(select(func.max(checkpoint.c.position))) or 0
        return Run(position, version("kindstep"))

    def works(self) -> list[Work]:
        """Return all there is to be done."""
        with self._store.reading() as db:
            return works(db)

    def score(self, work: Work, run: Run, now_us: int) -> Scored:
        """Score a day again; raise OtherRun where the software is another."""
        if run.software != version("kindstep"):
            raise OtherRun(f"a worker has kindstep {version('kindstep')}, not {run.software}")
        with self._store.reading() as db:
            return score(db, self._records, work, run, now_us)

    def close(self) -> None:
        self._store.close()


@dataclass(frozen=True, slots=True)
class Order:
    """What a process has to know besides whose day is to be scored."""

    settings: Settings
    run: Run
    now_us: int


#: Scores each piece of work anywhere, and yields what became of it, in any order. The site is
#: open in this process.
Crew: TypeAlias = Callable[[Site, Order, Sequence[Work]], Iterator[Scored]]


def rescore(
    settings: Settings, into: Path, now_us: int, crew: Crew, progress: Progress
) -> Results:
    """Score every day again that is not in the folder yet; return what is in it then.

    Raises OtherRun for a folder of another run, and what the crew does.
    """
    site = Site(settings)
    try:
        run, every = site.run(), site.works()
        results = Results(into, run)
        todo = results.left(every)
        done = enumerate(
            crew(site, Order(settings, run, now_us), todo), len(every) - len(todo) + 1
        )
        for count, scored in done:
            results.add(scored)
            progress(count, len(every))
    finally:
        site.close()
    return results
