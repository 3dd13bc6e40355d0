"""Taking a backup beside a running hub.

What looks back is copied before what it looks back on: accounts and tables first, then the log
they were made from, the archive last. An hour that moves from log to archive meanwhile is in
both, as it may be in a hub that was killed while sealing.
"""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ingest import durable
from ingest.archive import Archive, exports
from ingest.archive.manifest import MANIFEST, ManifestFile, SealedFile
from kindstep import __version__, schema, stores
from kindstep.backups.contents import BackedUp, Contents, copy, describe, files_in, write
from kindstep.backups.tables_copy import copy_rows
from kindstep.folder import Folder
from kindstep.settings import Settings
from kindstep.shelves import open_archive

#: The archive's files of every backup, each once.
POOL: Final = "archive"
_UNFINISHED: Final = ".unfinished"

Progress = Callable[[int], None]  # bytes that are done


def take(settings: Settings, into: Path, now_us: int, progress: Progress) -> Path:
    """Back up a hub's data folder; return the backup's own folder."""
    stores.must_be_there(settings)
    folder = Folder(settings.data)
    _clear(into)
    stamp = datetime.fromtimestamp(now_us / 1e6, UTC).strftime("%Y%m%dT%H%M%SZ")
    unfinished = into / f"{stamp}{_UNFINISHED}"
    unfinished.mkdir(mode=0o700, parents=True)
    for database in sorted(folder.ingest.glob("*.db")):
        _copy_database(database, unfinished / database.relative_to(folder.root))
    revision = _copy_store(settings, unfinished / folder.store.relative_to(folder.root))
    for database in (folder.sign_in, folder.trail):
        _copy_database(database, unfinished / database.relative_to(folder.root))
    _copy_log(folder.log, unfinished / folder.log.relative_to(folder.root))
    archive = _copy_archive(settings, unfinished, into / POOL, progress)
    _copy_small(folder, unfinished)
    files = [describe(path, str(path.relative_to(unfinished))) for path in files_in(unfinished)]
    write(
        unfinished,
        Contents(
            kindstep=__version__,
            revision=revision,
            taken_us=now_us,
            files=tuple(files),
            archive=tuple(archive),
        ),
    )
    return unfinished.rename(into / stamp)


def _clear(into: Path) -> None:
    """Remove what a backup that was cut short left."""
    for left in into.glob(f"*{_UNFINISHED}"):
        shutil.rmtree(left)


def _copy_store(settings: Settings, target: Path) -> str:
    """Copy one moment of the study's tables into a file; return their revision."""
    with (
        closing(stores.open_as_it_is(settings, read_only=True)) as store,
        stores.reached(),
        store.reading() as db,
    ):
        if settings.store is None:
            _copy_database(Folder(settings.data).store, target)
        else:
            with closing(stores.in_file(target)) as copied:
                copied.write(lambda into: copy_rows(db, into))
        return schema.check(db)


def _copy_database(source: Path, target: Path) -> None:
    """Copy one moment of a database that others write to."""
    if not source.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as db,
        closing(sqlite3.connect(target)) as copied,
    ):
        db.backup(copied)
        copied.execute("PRAGMA journal_mode=DELETE")  # one file, no other beside it


def _copy_log(folder: Path, into: Path) -> None:
    """Copy every hour; one that is sealed meanwhile may be missing, but never its successor."""
    into.mkdir()
    while (hours := {path.name for path in folder.glob("*.db")}) - _names(into):
        for name in sorted(hours - _names(into)):
            try:
                _copy_database(folder / name, into / name)
            except sqlite3.OperationalError:
                if (folder / name).exists():
                    raise


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.db")}


def _copy_archive(
    settings: Settings, backup: Path, pool: Path, progress: Progress
) -> list[BackedUp]:
    """Copy the archive of one moment; when something is dropped meanwhile, of a later one."""
    archive = open_archive(settings)
    manifest = Folder(settings.data).archive / MANIFEST
    copied = backup / manifest.parent.name / MANIFEST
    while manifest.exists():
        copy(manifest, copied, MANIFEST)
        try:
            return [
                _pooled(archive, file, pool, progress)
                for file in ManifestFile(copied.parent).read().files()
            ]
        except FileNotFoundError:
            if copied.read_bytes() == manifest.read_bytes():
                raise
    return []


def _pooled(archive: Archive, file: SealedFile, pool: Path, progress: Progress) -> BackedUp:
    target = pool / file.path
    if not target.exists():
        unfinished = target.with_suffix(".new")
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        archive.fetch(file, unfinished)
        durable.put(unfinished, target)
    progress(file.size)
    return BackedUp(file.path, file.size, file.sha256)


def _copy_small(folder: Folder, backup: Path) -> None:
    """Copy what is written once: secrets, our name at the broker, and what was exported."""
    said = (folder.archive / exports.FOLDER).glob("*.json")
    for path in [*folder.secrets.glob("*"), *said, folder.ingest / "client-id", folder.exports]:
        if path.exists():
            name = path.relative_to(folder.root)
            copy(path, backup / name, str(name))
            (backup / name).chmod(0o600)
