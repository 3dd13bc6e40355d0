"""Which reader a file asks for."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from research.imports import apple_health, fitbit, gadgetbridge
from research.imports.amounts import Amount, NotRead

Reader = Callable[[Path], Iterator[Amount]]

#: By the kind that names a device of theirs.
KINDS: Final[dict[str, Reader]] = {
    "apple_health": apple_health.read,
    "fitbit": fitbit.read,
    "gadgetbridge": gadgetbridge.read,
}


def read(path: Path) -> tuple[str, Iterator[Amount]]:
    """Return what kind of export something is, and what is in it; raise NotRead for others."""
    kind = _kind(path)
    return kind, KINDS[kind](path)


def _kind(path: Path) -> str:
    if path.is_dir():
        return "fitbit"
    if path.suffix.lower() == ".xml":
        return "apple_health"
    with path.open("rb") as file:
        if file.read(15) == b"SQLite format 3":
            return "gadgetbridge"
    raise NotRead(
        f"{path}: is neither export.xml of Apple Health, nor a database of Gadgetbridge, "
        "nor a folder of a Fitbit export"
    )
