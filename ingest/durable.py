"""Files that are whole or not there at all, whatever happens to the power."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put(unfinished: Path, path: Path) -> None:
    """Give a finished file its name, for good."""
    sync(unfinished)
    unfinished.replace(path)
    sync(path.parent)
