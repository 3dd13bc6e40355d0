"""How long the disk of a hub lasts, and what is dropped so that it lasts longer."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ingest.archive import Retention
from ingest.archive.growth import FURTHEST_DAYS, Growth, growth
from kindstep.folder import Folder
from kindstep.settings import Settings
from kindstep.shelves import open_archive

_FEW_DAYS: Final = 14.0
_NOTHING: Final[Mapping[str, int]] = {}


@dataclass(frozen=True, slots=True)
class Forecast:
    """What grows, and what there is room for.

    Backups on the same disk take as much again, and while one is proved there, it lies there
    a third time. An archive in object storage takes no room here, only its backups do.
    """

    growth: Growth
    free_bytes: int | None  # None: nothing of it comes to a disk of ours
    backups_here: bool
    is_away: bool  # in object storage
    retention: Retention
    waiting_bytes: int = 0  # old enough to be dropped, and not exported yet

    @property
    def proof_bytes(self) -> int:
        """Return what has to stay free for proving a backup."""
        return self.growth.size if self.backups_here else 0

    @property
    def days(self) -> float:
        """Return for how many days there is room, 0 if there is none.

        What waits for an export is not counted on to go.
        """
        return self._days(
            _NOTHING if self.retention.until_exported else self.retention.keep_days
        )

    @property
    def days_if_exported(self) -> float:
        """Return the same if everything is exported before it is old."""
        return self._days(self.retention.keep_days)

    def _days(self, keep_days: Mapping[str, int]) -> float:
        if self.free_bytes is None:
            return FURTHEST_DAYS
        copies = (not self.is_away) + 2 * self.backups_here
        return self.growth.days((self.free_bytes - self.proof_bytes) / copies, keep_days)

    @property
    def is_short(self) -> bool:
        return self.days < _FEW_DAYS

    def __str__(self) -> str:
        return f"room for {about(self.days)} of archive (kindstep archive show)"


def about(days: float) -> str:
    """Return a number of days in words."""
    return "more than ten years" if days >= FURTHEST_DAYS else f"about {days:,.0f} days"


def retention(chosen: Settings) -> Retention:
    """Return for how long the operator wants samples to be kept."""
    return Retention(chosen.archive.keep_days, chosen.archive.keep_until_exported)


def forecast(chosen: Settings, now_us: int) -> Forecast | None:
    """Return how long the archive's disk lasts; None while nothing is sealed."""
    archive = open_archive(chosen)
    grows = growth(archive.manifest())
    if grows is None:
        return None
    keep = retention(chosen)
    return Forecast(
        growth=grows,
        free_bytes=_free_bytes(chosen),
        backups_here=_backups_here(chosen),
        is_away=chosen.archive.url is not None,
        retention=keep,
        waiting_bytes=archive.waiting_bytes(keep, now_us),
    )


def _free_bytes(chosen: Settings) -> int | None:
    if chosen.archive.url is None:
        return shutil.disk_usage(Folder(chosen.data).archive).free
    if chosen.backup is None:
        return None
    return shutil.disk_usage(_existing(chosen.backup.folder)).free


def _backups_here(chosen: Settings) -> bool:
    if chosen.backup is None:
        return False
    if chosen.archive.url is not None:
        return True
    folders = (chosen.backup.folder, chosen.data)
    there, here = (_existing(folder).stat().st_dev for folder in folders)
    return there == here


def _existing(path: Path) -> Path:
    """Return a path, or the nearest folder above it that is there."""
    return next(each for each in (path, *path.absolute().parents) if each.exists())
