"""Log and archive as one: everything that was ever received, wherever it is kept by now."""

from collections.abc import Iterator

from gateway.wire import Batch
from ingest.archive import Archive
from ingest.log import Entry, Head, Log, Refusal

_PAGE = 1_000


class Journal:
    """Reads the archive as far as it goes, and the log from there."""

    def __init__(self, log: Log, archive: Archive) -> None:
        self._log = log
        self._archive = archive

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
        """Yield the batches of an event stream that touch a span of time."""
        sealed = self._archive.last()
        for entry in self._log.events(device, stream, start_us, end_us):
            if entry.position > sealed:
                yield entry.batch
        streams = [stream]
        for record in self._archive.touching([device], start_us, end_us + 1, streams=streams):
            if isinstance(record, Entry):  # of such events nothing is dropped
                yield record.batch

    def last(self) -> int:
        return max(self._log.last(), self._archive.last())
