"""What sealed files hold of a selection, as records or as arrays."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from operator import attrgetter

import pyarrow as pa

from ingest.archive import blocks
from ingest.archive.blocks import Block
from ingest.archive.columns import between, to_entries, to_heads, within
from ingest.archive.footers import Footers
from ingest.archive.hour import read_groups
from ingest.archive.manifest import SealedFile
from ingest.archive.selection import Selection
from ingest.archive.shelf import Shelf, reached
from ingest.log import Entry, Head

_position = attrgetter("position")


class SamplesDropped(LookupError):
    """Samples that were asked for are kept no longer; what is known of them is."""


class Reader:
    """Reads a shelf's files, of each no more than is asked for."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._footers = Footers(shelf)

    def records(self, files: Iterable[SealedFile], asked: Selection) -> list[Entry | Head]:
        """Return what files hold in order of position; of what was dropped its head."""
        named = filter(asked.may_be_in, files)
        records = chain.from_iterable(self._records(file, asked) for file in named)
        return sorted(records, key=_position)

    def blocks(
        self, files: Iterable[SealedFile], asked: Selection, after: int, upto: int
    ) -> Iterator[Block]:
        """Yield what files hold beyond a position and up to another, as arrays.

        Raise SamplesDropped for what is kept no longer.
        """
        for file in filter(asked.may_be_in, files):
            if file.dropped:
                for head in self._records(file, asked):
                    whole(head)
            else:
                for rows in self._rows(file, asked, blocks.COLUMNS):
                    yield from blocks.of_table(between(rows, after, upto))

    def _records(self, file: SealedFile, asked: Selection) -> Iterator[Entry | Head]:
        told = to_heads if file.dropped else to_entries
        return chain.from_iterable(map(told, self._rows(file, asked)))

    def _rows(
        self, file: SealedFile, asked: Selection, columns: Sequence[str] | None = None
    ) -> Iterator[pa.Table]:
        with reached(file.path):
            footer = self._footers.of(file.path)
            if not footer.groups(asked.devices):
                return  # not worth to be opened
            with self._shelf.files.open_input_file(file.path) as source:
                for rows in read_groups(source, asked.devices, columns, footer):
                    yield within(rows, *asked.span_us)


def whole(record: Entry | Head) -> Entry:
    """Return what has its samples; raise SamplesDropped for what has not."""
    if isinstance(record, Entry):
        return record
    when = datetime.fromtimestamp(record.start_us / 1e6, UTC)
    raise SamplesDropped(
        f"{record.stream} of {record.device} at {when:%Y-%m-%d %H:%M}Z was dropped: "
        "what is known of it are times and counts"
    )
