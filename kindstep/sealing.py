"""Hours moved into the archive in a thread of its own: those of many people take minutes."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from ingest.archive import Archive, CutShort, Retention, ShelfAway
from ingest.log import Log
from ingest.store import Store
from kindstep import erasing

log = logging.getLogger(__name__)

_LOOK_US: Final = 60_000_000
#: Of a core, at most: minutes that close meanwhile need the same interpreter.
_SHARE: Final = 0.2


class Sealer:
    """Seals what is over and worked through, and lets go of what is kept no longer."""

    def __init__(
        self,
        archive: Archive,
        journal_log: Log,
        store: Store,
        retention: Retention,
        checkpoint: Callable[[], int],
    ) -> None:
        self._archive = archive
        self._log = journal_log
        self._store = store
        self._retention = retention
        self._checkpoint = checkpoint
        self._thread = ThreadPoolExecutor(1, "sealer")
        self._stopping = threading.Event()
        self._is_late = False  # and said so
        self._looked_us = 0
        self._worked_s = 0.0  # of the thread's CPU, before its last rest
        self._done: Future[None] = Future()  # what is under way, or was last
        self._done.set_result(None)

    def look(self, now_us: int) -> None:
        """Begin, unless it is under way or was done just now; raise what ended it before."""
        if self._done.done() and now_us - self._looked_us > _LOOK_US:
            self._done.result()
            self._looked_us = now_us
            self._done = self._thread.submit(self._seal, now_us)

    def stop(self) -> None:
        """Leave the hour under way, and return once nobody reads the log for it."""
        self._stopping.set()
        self._thread.shutdown(wait=True)

    def _seal(self, now_us: int) -> None:
        self._worked_s = time.thread_time()
        try:
            self._archive.drop(self._retention, now_us)  # first: it makes room to seal
            self._archive.seal(self._log, now_us, self._checkpoint, stops=self._rest)
            erasing.from_archive(self._store, self._archive, now_us)
        except CutShort:
            log.info("stopped before an hour was sealed: it stays in the log")
        except ShelfAway as away:
            level = logging.DEBUG if self._is_late else logging.WARNING
            log.log(level, "hours stay in the log until they can be sealed: %s", away)
            self._is_late = True
        else:
            self._is_late = False

    def _rest(self) -> bool:
        """Wait as long as what was just done is worth; tell whether to stop."""
        worked_s = time.thread_time() - self._worked_s
        is_stopping = self._stopping.wait(worked_s * (1 / _SHARE - 1))
        self._worked_s = time.thread_time()
        return is_stopping
