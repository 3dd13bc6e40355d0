"""How the file of an hour is named."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ingest.layout import FileUnusable

_STAMP: Final = "%Y%m%dT%H"


@dataclass(frozen=True, slots=True, order=True)
class HourName:
    """What a file's name says: the first position it may hold, and its hour."""

    first: int
    hour_us: int

    @classmethod
    def parse(cls, path: Path) -> "HourName":
        """Return what a name says; raise FileUnusable for one that is no hour's."""
        try:
            stamp, first = path.stem.split("-")
            hour = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
            return cls(int(first), int(hour.timestamp()) * 1_000_000)
        except ValueError as error:
            raise FileUnusable(f"{path} is no hour of the log: move it away") from error

    def __str__(self) -> str:
        hour = datetime.fromtimestamp(self.hour_us // 1_000_000, UTC)
        return f"{hour.strftime(_STAMP)}-{self.first:019d}.db"
