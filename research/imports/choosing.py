"""Which reader a file asks for."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from research.imports import actigraph, actilife, apple_health, fit, fitbit, gadgetbridge
from research.imports.amounts import Amount, NotRead
from research.imports.events import Minutes, events
from research.imports.recording import Recording

Reader = Callable[[Path, ZoneInfo | None], Iterator[Amount] | Recording]
Found = Minutes | Recording


def _zoned(reader: Callable[[Path], Iterator[Amount]]) -> Reader:
    """Return a reader of files whose times say where they are."""
    return lambda path, _zone: reader(path)


#: By the kind that names a device of theirs; `analytics.placing` ranks them by it.
KINDS: Final[dict[str, Reader]] = {
    "actigraph": actigraph.read,
    "apple_health": _zoned(apple_health.read),
    "fit": _zoned(fit.read),
    "fitbit": _zoned(fitbit.read),
    "gadgetbridge": _zoned(gadgetbridge.read),
}


def read(path: Path, zone: ZoneInfo | None = None) -> tuple[str, Found]:
    """Return what kind of export something is, and what is in it; raise NotRead for others.

    The zone is that of files whose times have none.
    """
    try:
        kind = _kind(path)
        content = KINDS[kind](path, zone)
        return kind, content if isinstance(content, Recording) else events(content)
    except OSError as error:
        raise NotRead(f"{path}: {error}") from error


def _kind(path: Path) -> str:
    if path.is_dir():
        return "fit" if any(path.rglob("*.[fF][iI][tT]")) else "fitbit"
    if path.suffix.lower() == ".xml":
        return "apple_health"
    with path.open("rb") as file:
        begins = file.read(200)
    if begins.startswith(b"SQLite format 3"):
        return "gadgetbridge"
    if begins[8:12] == b".FIT" or path.suffix.lower() == ".fit":
        return "fit"
    if actilife.MARK.encode() in begins:
        return "actigraph"
    raise NotRead(
        f"{path}: is neither export.xml of Apple Health, nor a FIT file or a folder of them, "
        "nor a database of Gadgetbridge, nor a folder of a Fitbit export, nor a CSV of ActiLife"
    )
