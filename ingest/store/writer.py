"""Changes of a store, one after the other, in a thread of their own."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Connection, Engine, MetaData

from ingest.store import Result


class Writer:
    """Runs each change in a transaction; `turn` is a statement with which one begins.

    One thread: one change is under way at a time whatever the database allows, and a queue
    waits more fairly than a lock.
    """

    def __init__(self, engine: Engine, name: str, turn: str | None = None) -> None:
        self._engine = engine
        self._turn = turn
        self._thread: int | None = None
        self._changes = ThreadPoolExecutor(1, f"writer {name}", self._begin)

    def make(self, metadatas: Sequence[MetaData]) -> None:
        """Make the tables that are not there yet."""
        self.write(lambda db: [metadata.create_all(db) for metadata in metadatas])

    def write(self, change: Callable[[Connection], Result]) -> Result:
        """Run a change and return what it returned, once durable."""
        if threading.get_ident() == self._thread:
            raise RuntimeError("a change may not wait for another change")
        return self._changes.submit(self._run, change).result()

    def close(self) -> None:
        """Finish the changes that were asked for."""
        self._changes.shutdown(wait=True)
        self._engine.dispose()

    def _begin(self) -> None:
        self._thread = threading.get_ident()

    def _run(self, change: Callable[[Connection], Result]) -> Result:
        with self._engine.begin() as db:
            if self._turn:
                db.exec_driver_sql(self._turn)
            return change(db)
