"""Backups one after the other: each is proved, the newest proved ones are kept."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kindstep.backups.contents import BadBackup, Contents, files_in, found, read, write
from kindstep.backups.restoring import faults
from kindstep.backups.taking import POOL, Progress, take
from kindstep.settings import Settings


@dataclass(frozen=True, slots=True)
class Kept:
    """One backup in its folder."""

    folder: Path
    contents: Contents


def back_up(
    settings: Settings, into: Path, now_us: Callable[[], int], progress: Progress
) -> Kept:
    """Take a backup and prove it; raise BadBackup, and leave it there, if it is not right."""
    backup = take(settings, into, now_us(), progress)
    wrong = list(faults(backup, progress))
    if wrong:
        raise BadBackup(f"{backup} is not right, {len(wrong)} faults: {wrong[0]}")
    contents = msgspec.structs.replace(read(backup), proved_us=now_us())
    write(backup, contents)
    return Kept(backup, contents)


def expected_bytes(settings: Settings) -> int:
    """Return about how many bytes are copied and proved, for a progress bar."""
    return 2 * sum(file.stat().st_size for file in files_in(settings.data))


def proved(into: Path) -> list[Kept]:
    """Return the proved backups of a folder, the oldest first."""
    every = [Kept(backup, read(backup)) for backup in found(into)]
    return [each for each in every if each.contents.proved_us is not None]


def thin(into: Path, newest: int) -> int:
    """Keep the newest proved backups and what is younger than those; return how many went."""
    safe = proved(into)[-newest:]
    oldest = safe[0].folder if safe else into
    gone = [backup for backup in found(into) if backup < oldest]
    for backup in gone:
        shutil.rmtree(backup)
    named = {into / POOL / file.path for each in found(into) for file in read(each).archive}
    for path in files_in(into / POOL):
        if path not in named:
            path.unlink()
    return len(gone)
