"""How long the disk of a hub lasts."""

import shutil
from dataclasses import dataclass

from ingest.archive import Archive
from ingest.archive.growth import Growth, growth
from kindstep.folder import Folder
from kindstep.settings import Settings


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


def forecast(chosen: Settings) -> Forecast | None:
    """Return how long the archive's disk lasts; None while nothing is sealed."""
    folder = Folder(chosen.data).archive
    grows = growth(Archive(folder).manifest())
    if grows is None:
        return None
    backups = chosen.backup and chosen.backup.folder
    here = bool(backups and backups.exists() and backups.stat().st_dev == folder.stat().st_dev)
    return Forecast(grows, shutil.disk_usage(folder).free, here)
