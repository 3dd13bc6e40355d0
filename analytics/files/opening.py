"""Which reader a file is for: by what it holds, whatever it is called."""

import zipfile
from pathlib import Path
from typing import Final

from analytics.files import arrays, delimited, gt3x, parquet
from analytics.files.content import Hints, Recording
from analytics.files.errors import BadRecording

_ZIP: Final = b"PK\x03\x04"


def open_recording(path: Path, hints: Hints) -> Recording:
    """Open a file; raise BadRecording when it is none that can be read."""
    try:
        with path.open("rb") as source:
            magic = source.read(8)
    except OSError as error:
        raise BadRecording(f"{path.name}: {error.strerror}") from error
    if not magic:
        raise BadRecording(f"{path.name} is empty")
    if magic.startswith(parquet.MAGIC) or path.suffix == ".parquet":
        return parquet.read(path, hints)
    if magic.startswith(arrays.MAGIC):
        return arrays.read(path, hints)
    if magic.startswith(_ZIP):
        return gt3x.read(path, hints) if _holds_log(path) else arrays.read(path, hints)
    return delimited.read(path, hints)


def _holds_log(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return not all(name.endswith(".npy") for name in archive.namelist())
    except (OSError, zipfile.BadZipFile) as error:
        raise BadRecording(f"{path.name}: {error}") from error
