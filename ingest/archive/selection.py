"""Which records somebody asks for: of whom, of which streams, of what time."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from ingest.archive.manifest import SealedFile
from ingest.log import Entry, Head
from ingest.pieces import span_us

_ALWAYS: Final = (-(1 << 63), 1 << 63)


@dataclass(frozen=True, slots=True)
class Selection:
    """Devices and streams by name, None: all; and a span, its end not included."""

    devices: Collection[str] | None = None
    streams: Collection[str] | None = None
    span_us: tuple[int, int] = _ALWAYS

    def may_be_in(self, file: SealedFile) -> bool:
        """Answer whether a file is worth reading."""
        start_us, end_us = self.span_us
        touches = file.start_us < end_us and file.end_us >= start_us
        named = file.stream is not None and self._names(file.stream)
        return named and touches and self._may_be_among(file.devices)

    def has(self, record: Entry | Head) -> bool:
        """Answer whether a record has a sample in the span, of a stream that is asked for."""
        if self.span_us == _ALWAYS:
            return self._names(_stream(record))
        start_us, end_us = self.span_us
        first_us, last_us = _span_us(record)
        return self._names(_stream(record)) and first_us < end_us and last_us >= start_us

    def _may_be_among(self, ends: tuple[str, str] | None) -> bool:
        if self.devices is None or ends is None:
            return True
        return any(ends[0] <= device <= ends[1] for device in self.devices)

    def _names(self, stream: str) -> bool:
        return self.streams is None or stream in self.streams


def _stream(record: Entry | Head) -> str:
    return record.stream if isinstance(record, Head) else record.batch.stream


def _span_us(record: Entry | Head) -> tuple[int, int]:
    if isinstance(record, Head):
        return record.start_us, record.end_us
    return span_us(record.batch)
