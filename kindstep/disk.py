"""How long the disk of a hub lasts."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.archive import Archive
from ingest.archive.growth import Growth, growth
from kindstep.folder import Folder
from kindstep.settings import Settings

_FEW_DAYS: Final = 14.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """What grows, and what there is room for.

    Backups on the same disk take as much again, and while one is proved there, it lies there
    a third time.
    """

    growth: Growth
    free_bytes: int
    backups_here: bool

    @property
    def proof_bytes(self) -> int:
        """Return what has to stay free for proving a backup."""
        return self.growth.size if self.backups_here else 0

    @property
    def days(self) -> float:
        """Return for how many days there is room, 0 if there is none."""
        copies = 3 if self.backups_here else 1
        room_bytes = self.free_bytes - self.proof_bytes
        return max(0.0, room_bytes / (copies * self.growth.bytes_a_day))

    @property
    def is_short(self) -> bool:
        return self.days < _FEW_DAYS

    def __str__(self) -> str:
        return f"room for about {self.days:,.0f} days of archive (kindstep archive show)"


def forecast(chosen: Settings) -> Forecast | None:
    """Return how long the archive's disk lasts; None while nothing is sealed."""
    archive = Folder(chosen.data).archive
    grows = growth(Archive(archive).manifest())
    if grows is None:
        return None
    return Forecast(grows, shutil.disk_usage(archive).free, _backups_here(chosen))


def _backups_here(chosen: Settings) -> bool:
    if chosen.backup is None:
        return False
    folders = (chosen.backup.folder, chosen.data)
    there, here = (_existing(folder).stat().st_dev for folder in folders)
    return there == here


def _existing(path: Path) -> Path:
    """Return a path, or the nearest folder above it that is there."""
    return next(each for each in (path, *path.absolute().parents) if each.exists())
