"""Where each device stands in a sealed file, kept of the files that were read last.

To find that out takes as long as a file has devices, 19 ms with a thousand of them: more than
reading an hour of one.
"""

import threading
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow.parquet as pq

from ingest.archive.shelf import Shelf

#: Row groups that are known at a time, of 17 KB each.
_MOST: Final = 20_000
_parquet: Any = pq  # its types leave open what columns hold


@dataclass(frozen=True, slots=True)
class Footer:
    """What a file says of itself, and which device each of its row groups is of."""

    metadata: Any
    devices: Sequence[str]

    @classmethod
    def of(cls, file: Any) -> "Footer":  # noqa: ANN401 - see _parquet
        """Return the footer of an open file."""
        column = file.schema_arrow.get_field_index("device")
        groups = map(file.metadata.row_group, range(file.num_row_groups))
        return cls(file.metadata, [each.column(column).statistics.min for each in groups])

    def groups(self, devices: Collection[str] | None) -> list[int]:
        """Return which row groups are of some devices, None: of any."""
        return [
            n for n, device in enumerate(self.devices) if devices is None or device in devices
        ]


class Footers:
    """The footers of a shelf's files, which never change; any thread may ask."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Footer] = OrderedDict()

    def of(self, path: str) -> Footer:
        """Return the footer of a file, read if it is not known."""
        with self._lock:
            known = self._known.get(path)
            if known is not None:
                self._known.move_to_end(path)
                return known
        opened = self._shelf.files.open_input_file
        with opened(path) as source, _parquet.ParquetFile(source) as file:
            read = Footer.of(file)
        self._keep(path, read)
        return read

    def _keep(self, path: str, read: Footer) -> None:
        with self._lock:
            self._known[path] = read
            while sum(len(each.devices) for each in self._known.values()) > _MOST:
                self._known.popitem(last=False)
