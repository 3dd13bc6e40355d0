"""A backup put back, and the proof that it can be: restored aside, counted again."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection

from ingest import audit, layout
from ingest.archive import Archive
from ingest.journal import Journal
from ingest.layout import FileUnusable
from ingest.ledger import Ledger
from ingest.log.sqlite import SqliteLog
from kindstep import schema, stores
from kindstep.backups.contents import BackedUp, BadBackup, describe, read
from kindstep.backups.tables_copy import copy_rows, is_empty
from kindstep.backups.taking import POOL, Progress
from kindstep.folder import Folder
from kindstep.settings import Settings
from kindstep.shelves import open_archive


def restore(backup: Path, settings: Settings, progress: Progress) -> None:
    """Put a backup in place of nothing; raise BadBackup when a file is not as it was."""
    folder = Folder(settings.data)
    if folder.root.exists() and any(folder.root.iterdir()):
        raise BadBackup(f"{folder.root} is not empty: move it away first")
    contents = read(backup)
    _refuse_newer(contents.revision)
    unfinished = folder.root.with_name(f"{folder.root.name}.restoring")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700, parents=True)
    for file in contents.files:
        _put(backup / file.path, unfinished / file.path, file, progress)
    for file in contents.archive:
        target = unfinished / folder.archive.name / file.path
        _put(backup.parent / POOL / file.path, target, file, progress)
    if settings.archive.url is not None:
        _fill_archive(settings, unfinished / folder.archive.name, contents.archive)
    if settings.store is not None:
        _fill_database(settings, unfinished / folder.store.name)
    if folder.root.exists():
        folder.root.rmdir()
    unfinished.rename(folder.root)


def faults(backup: Path, progress: Progress) -> Iterator[str]:
    """Restore a backup into a scratch folder and yield what is wrong with it."""
    with tempfile.TemporaryDirectory(dir=backup.parent, prefix="proof-") as scratch:
        settings = Settings(data=Path(scratch) / "data")
        try:
            restore(backup, settings, progress)
        except BadBackup as bad:
            yield str(bad)
            return
        try:
            yield from _faults(Folder(settings.data))
        except FileUnusable as unusable:
            yield str(unusable)


def _faults(folder: Folder) -> Iterator[str]:
    for path in sorted(folder.root.rglob("*.db")):
        with closing(sqlite3.connect(path)) as db:
            layout.found(db)
            (says,) = db.execute("PRAGMA integrity_check").fetchone()
        if says != "ok":
            yield f"{path.relative_to(folder.root)}: {says}"
    archive = Archive(folder.archive)
    spoilt = [f"{name}: is not what was sealed" for name in archive.spoilt()]
    yield from spoilt
    if folder.ledger.exists() and not spoilt:
        with (
            closing(SqliteLog(folder.log, read_only=True)) as log,
            Ledger(folder.ledger, read_only=True) as ledger,
        ):
            yield from audit.differences(ledger, Journal(log, archive))


def _put(source: Path, target: Path, file: BackedUp, progress: Progress) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        shutil.copy2(source, target)
    except OSError as error:
        raise BadBackup(f"{file.path}: {error}") from error
    if describe(target, file.path) != file:
        raise BadBackup(f"{file.path} is not as it was when it was backed up")
    progress(file.size)


def _fill_archive(settings: Settings, folder: Path, files: Sequence[BackedUp]) -> None:
    """Move the archive's files into the storage that the settings name."""
    archive = open_archive(settings)
    for file in files:
        archive.bring(folder / file.path, file.path)


def _fill_database(settings: Settings, path: Path) -> None:
    """Move the tables from their file into the database that the settings name."""
    with (
        closing(stores.in_file(path)) as source,
        closing(stores.open_store(settings)) as target,
        source.reading() as db,
    ):
        target.write(lambda into: _fill(db, into))
    path.unlink()


def _fill(source: Connection, target: Connection) -> None:
    if not is_empty(target):
        raise BadBackup("the database that the settings name is not empty")
    copy_rows(source, target)


def _refuse_newer(revision: str) -> None:
    if not schema.knows(revision):
        raise BadBackup(f"it is of a newer kindstep (tables {revision}): install that one")
