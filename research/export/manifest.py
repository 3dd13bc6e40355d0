"""What a package says of itself: every file with its hash, and what it was made by."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from research.deidentify.profile import Profile

NAME: Final = "manifest.json"
#: The version of docs/contracts/export.json that a package keeps.
FORMAT: Final = 2
_CHUNK: Final = 1 << 20


class BadPackage(ValueError):
    """A folder is no package; the message says why."""


class File(msgspec.Struct, frozen=True):
    """One file."""

    path: str
    size: int  # bytes
    sha256: str


class Study(msgspec.Struct, frozen=True):
    """One version of the protocol that decisions or goals were made by."""

    name: str
    version: str
    title: str
    sha256: str


class Gate(msgspec.Struct, frozen=True):
    """What was looked at before the package was written."""

    k: int
    safe: bool
    small_cells: tuple[tuple[str, int], ...]
    coarsened: tuple[str, ...]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One package. Nothing here depends on when or where it was written."""

    format: int = FORMAT
    software: str
    profile: Profile
    determination: str  # of an expert: "not needed" | "needed"
    participants: int
    shared: dict[str, int]  # topic -> how many let research have it
    gate: Gate
    study: tuple[Study, ...]
    rows: dict[str, int]  # by table
    files: tuple[File, ...]


def files_in(folder: Path, known: Mapping[str, File] | None = None) -> Iterator[File]:
    """Yield every file below a folder but the manifest, by name; what is known is not read."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        name = path.relative_to(folder).as_posix()
        if name != NAME:
            yield (known or {}).get(name) or file(folder, name)


def file(folder: Path, name: str) -> File:
    """Return a file as a manifest lists it."""
    path = folder / name
    return File(name, path.stat().st_size, sha256(path))


def is_there(folder: Path, listed: File) -> bool:
    """Tell whether a file is what a manifest lists."""
    return (folder / listed.path).is_file() and file(folder, listed.path) == listed


def sha256(path: Path) -> str:
    """Return a file's hash."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(folder: Path, manifest: Manifest) -> str:
    """Put the manifest beside the files; return its hash, which names the package."""
    body = msgspec.json.format(msgspec.json.encode(manifest, order="deterministic")) + b"\n"
    (folder / NAME).write_bytes(body)
    return hashlib.sha256(body).hexdigest()


def read(folder: Path) -> Manifest:
    """Return what a package says of itself; raise BadPackage if it says nothing of use."""
    try:
        found = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise BadPackage(f"{folder} is no package: {error}") from error
    if found.format != FORMAT:
        raise BadPackage(f"{folder} is of format {found.format}, and not {FORMAT}")
    return found
