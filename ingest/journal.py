"""Log and archive as one: everything that was ever received, wherever it is kept by now."""

import logging
from collections.abc import Callable, Iterator
from typing import Final

from gateway.wire import Batch
from ingest.archive import Archive, Selection, ShelfAway
from ingest.log import Entry, Head, Log, Refusal

log = logging.getLogger(__name__)

_PAGE: Final = 1_000
_RETRY_S: Final = 1.0


class Journal:
    """Reads the archive as far as it goes, and the log from there.

    `gives_up` is asked to wait some seconds when the archive's storage is away, and says
    whether that was in vain.
    """

    def __init__(
        self, log: Log, archive: Archive, gives_up: Callable[[float], bool] = lambda _s: True
    ) -> None:
        self._log = log
        self._archive = archive
        self._gives_up = gives_up

    def entries(self, after: int = 0) -> Iterator[Entry | Head]:
        return self._archive.records(self._log, after)

    def refusals(self, after: int = 0) -> Iterator[tuple[int, Refusal]]:
        while True:
            sealed = self._archive.last()
            if after < sealed:
                yield from self._archive.refusals(after)
                after = sealed
                continue
            page = self._log.refusals(after, _PAGE)
            if self._archive.last() != sealed:
                continue  # an hour moved while we looked
            if not page:
                return
            yield from page
            after = page[-1][0]

    def events(self, device: str, stream: str, start_us: int, end_us: int) -> Iterator[Batch]:
        """Yield the batches of an event stream that touch a span of time, each once."""
        while True:
            sealed = self._archive.last()
            logged = self._log.events(device, stream, start_us, end_us)
            if self._archive.last() == sealed:  # or an hour moved while we looked
                break
        yield from (entry.batch for entry in logged if entry.position > sealed)
        asked = Selection([device], [stream], (start_us, end_us + 1))
        yield from self._archived(asked, sealed)

    def _archived(self, asked: Selection, upto: int) -> list[Batch]:
        level = logging.WARNING
        while True:
            records = self._archive.touching(asked, upto)
            try:  # of such events nothing is dropped
                return [record.batch for record in records if isinstance(record, Entry)]
            except ShelfAway as away:
                log.log(level, "waiting for the archive to tell echoes from news: %s", away)
                level = logging.DEBUG
                if self._gives_up(_RETRY_S):
                    raise

    def last(self) -> int:
        return max(self._log.last(), self._archive.last())
