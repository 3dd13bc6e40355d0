"""What all readers give: so much of something, by one source, in a span of time."""

from dataclasses import dataclass
from typing import Final, Literal

_DAY_US: Final = 86_400_000_000
_LATEST_US: Final = 130 * 365 * _DAY_US  # in 2099
_LONGEST_US: Final = 7 * _DAY_US

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

    def __post_init__(self) -> None:
        """Raise ValueError for what nobody can have measured."""
        if self.value < 0:
            raise ValueError(f"{self.value} as {self.stream}")
        if not 0 <= self.start_us < _LATEST_US:
            raise ValueError("it is neither of this century nor of the last")
        if self.end_us - self.start_us > _LONGEST_US:
            raise ValueError("it spans more than a week")
