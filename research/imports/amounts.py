"""What all readers give: so much of something, by one source, in a span of time."""

from dataclasses import dataclass
from typing import Literal

Stream = Literal["steps", "heart_rate"]


class NotRead(ValueError):
    """A file is not what it should be; the message says which and where."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Steps over a span, or the heart rate at its start."""

    source: str  # as the export calls it
    stream: Stream
    start_us: int
    end_us: int
    value: int
