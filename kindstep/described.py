"""The operator's own folder of described sensors."""

from pathlib import Path

from gateway.described import reading
from gateway.described.description import Description
from gateway.discovery import KINDS, Kind
from gateway.gatt.service import Characteristic
from kindstep import toml_file


def load(folder: Path | None) -> list[Description]:
    """Read every *.toml in it; raise BadSettings naming the file and line at fault."""
    if folder is None:
        return []
    return [toml_file.read(path, Description) for path in sorted(folder.glob("*.toml"))]


def kinds(folder: Path | None) -> tuple[Kind, ...]:
    """Return all sorts of devices, the operator's own before those that come along."""
    return (*(reading.kind(each) for each in load(folder)), *KINDS)


def characteristics(folder: Path | None) -> list[Characteristic]:
    """Return what the operator's own descriptions let decode."""
    return [known for each in load(folder) for known in reading.characteristics(each)]
