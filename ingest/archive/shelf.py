"""Where sealed files lie: a folder, or object storage; the port, and the folder.

Renaming is no step to lean on: object storage has none. A file is put whole under a name that
is never used again, and it is not there until the manifest names it.
"""

from collections.abc import Generator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import Protocol

import pyarrow as pa
from pyarrow import fs

from ingest import durable


class ShelfAway(RuntimeError):
    """The storage does not answer, takes nothing more, or gives what was not sealed.

    Trying again may work, once the storage is mended.
    """


class Shelf(Protocol):
    """Files under names with slashes; none of them is ever changed."""

    files: fs.FileSystem  # to read them by these names

    def put(self, unfinished: Path, name: str) -> None:
        """Keep a file for good, and take it away from where it was made."""
        ...

    def remove(self, name: str) -> None:
        """Forget a file, if it is there."""
        ...

    def tell(self, manifest: Path) -> None:
        """Leave a copy of the manifest beside the files, if it is not there already."""
        ...


class FolderShelf:
    """A folder on this machine; files are made in it, under another name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.files: fs.FileSystem = fs.SubTreeFileSystem(str(folder), fs.LocalFileSystem())

    def put(self, unfinished: Path, name: str) -> None:
        durable.put(unfinished, self._folder / name)

    def remove(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)

    def tell(self, manifest: Path) -> None:
        """Do nothing: it lies here."""


@contextmanager
def reached(name: str | None = None) -> Generator[None]:
    """Raise ShelfAway for what a storage, a disk or a file says while the block runs."""
    try:
        yield
    except FileNotFoundError:
        raise  # an answer as well
    except (OSError, pa.ArrowInvalid) as error:
        raise ShelfAway(f"{name}: {error}" if name else str(error)) from error


def sha256(shelf: Shelf, name: str) -> str | None:
    """Return the hash of a file, read piece by piece; None without it."""
    try:
        with reached(), shelf.files.open_input_file(name) as file:
            return file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
