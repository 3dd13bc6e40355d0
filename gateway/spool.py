"""What the radio heard and the hub has not confirmed; the only buffer there is.

It is bounded by size and by age. When it is full the oldest stays and the newest is refused:
what is here may be nowhere else, and a device that is refused keeps what it remembers.

A thread of its own commits all that came while it wrote the commit before, so that a slow disk
makes larger commits instead of a longer queue.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from gateway import wire
from gateway.spool_file import Depth, Note, Spooled, SpoolFile, SpoolFull, SpoolUnusable

__all__ = ["Depth", "Note", "Spool", "SpoolFull", "SpoolUnusable", "Spooled"]

T = TypeVar("T")

_LONGEST_DAYS: Final = 90.0
_LARGEST_GROUP: Final = 1_000  # jobs in one commit: bounds how long the first of them waits


@dataclass(slots=True)
class _Job:
    do: Callable[[], Any]
    done: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None

    def tell(self) -> None:
        """Give the result to whoever waits for it still."""
        if self.done.cancelled():
            return
        if self.error is None:
            self.done.set_result(self.result)
        else:
            self.done.set_exception(self.error)


class Spool:
    """Batches on disk until a watermark passes them."""

    def __init__(
        self, path: Path, *, limit_bytes: int, limit_days: float = _LONGEST_DAYS
    ) -> None:
        self._file = SpoolFile(path, limit_bytes, limit_days)
        self.full = ""  # why the newest was refused; empty: it was kept
        self._asked: list[_Job] = []
        self._jobs: queue.SimpleQueue[list[_Job] | None] = queue.SimpleQueue()
        self._listeners: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=self._work, name="spool", daemon=True)
        self._thread.start()

    @property
    def client_id(self) -> str:
        """The gateway's MQTT client id: whoever knows it can throw the gateway out."""
        return self._file.client_id

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever something was kept."""
        self._listeners.append(listener)

    async def keep(self, batches: Sequence[wire.Batch], notes: Sequence[Note] = ()) -> None:
        """Keep all of them, with what they make true of a memory; return once committed.

        Raises
        ------
        SpoolFull
            There is no room; none of them was kept, and keeping them again may work.
        wire.BrokenContract
            No hub would read one of them; none was kept.
        """
        rows = [(batch, _checked(batch)) for batch in batches]
        try:
            await self._submit(lambda: self._insert(rows, notes))
        except SpoolFull as full:
            self.full = str(full)
            raise
        self.full = ""
        for listener in self._listeners:
            listener()

    async def noted(self, device: str, what: str) -> int | None:
        """Return how far a device's memory is ours, if that was ever noted."""
        return await self._submit(lambda: self._file.noted(device, what))

    async def forget(self, marks: Sequence[wire.Mark]) -> None:
        """Remove what the marks have passed."""
        await self._submit(lambda: self._file.delete(marks))

    async def after(self, position: int, limit: int, upto: int | None = None) -> list[Spooled]:
        """Return the next batches in the order they were kept, beyond one, up to another."""
        ends = () if upto is None else (upto,)
        return await self._submit(lambda: self._file.after(position, limit, *ends))

    async def at(self, positions: Sequence[int]) -> list[Spooled]:
        """Return those of some batches that wait still."""
        return await self._submit(lambda: self._file.at(positions))

    async def extent(self) -> tuple[int, int]:
        """Return how many batches wait, and the position of the last."""
        return await self._submit(lambda: (self._file.size, self._file.end()))

    async def set_aside(self, position: int, reason: str) -> None:
        """Take a batch out of the order for good; its bytes and the reason stay on disk."""
        await self._submit(lambda: self._file.set_aside(position, reason))

    async def depth(self) -> Depth:
        return await self._submit(self._file.depth)

    def close(self) -> None:
        """Finish what was asked for, and end the thread."""
        self._hand_over()
        self._jobs.put(None)
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _insert(self, rows: Sequence[tuple[wire.Batch, bytes]], notes: Sequence[Note]) -> None:
        self._file.insert(rows)
        self._file.note(notes)

    def _submit(self, do: Callable[[], T]) -> "asyncio.Future[T]":
        """Have the thread do it, in one commit with all that is asked at this moment."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        if not self._asked or self._asked[0].done.get_loop() is not loop:
            loop.call_soon(self._hand_over)
        self._asked.append(_Job(do, done))
        return done

    def _hand_over(self) -> None:
        if self._asked:
            self._jobs.put(self._asked)
            self._asked = []

    def _work(self) -> None:
        closing = False
        while not closing:
            jobs, closing = self._take()
            wanted = [job for job in jobs if not job.done.cancelled()]
            self._serve(wanted)
            _answer(wanted)
        self._file.close()

    def _take(self) -> tuple[list[_Job], bool]:
        jobs: list[_Job] = []
        while not jobs or (not self._jobs.empty() and len(jobs) < _LARGEST_GROUP):
            asked = self._jobs.get()
            if asked is None:
                return jobs, True
            jobs += asked
        return jobs, False

    def _serve(self, jobs: list[_Job]) -> None:
        try:
            with self._file.transaction():
                results = [job.do() for job in jobs]
        except Exception as error:  # noqa: BLE001 - belongs to who asked, not to this thread
            self._blame(jobs, error)
        else:
            for job, result in zip(jobs, results, strict=True):
                job.result = result

    def _blame(self, jobs: list[_Job], error: Exception) -> None:
        if len(jobs) == 1:
            jobs[0].error = error
            return
        for job in jobs:  # one that asks for too much must not fail the others
            self._serve([job])


def _answer(jobs: Sequence[_Job]) -> None:
    """Tell who asked, with one call across threads for each event loop, not for each job."""
    for loop in {job.done.get_loop() for job in jobs}:
        told = [job for job in jobs if job.done.get_loop() is loop]
        with contextlib.suppress(RuntimeError):  # it is closed: nobody waits there any more
            loop.call_soon_threadsafe(_tell, told)


def _tell(jobs: Sequence[_Job]) -> None:
    for job in jobs:
        job.tell()


def _checked(batch: wire.Batch) -> bytes:
    payload = wire.encode(batch)
    wire.decode_batch(payload)
    return payload
