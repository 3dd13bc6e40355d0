"""The folder `Global Export Data` of a Fitbit export: a JSON file a day and kind, in UTC."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from research.imports.amounts import Amount, NotRead, Stream

_FILES: Final[dict[Stream, str]] = {"steps": "steps-*.json", "heart_rate": "heart_rate-*.json"}
_TIME: Final = "%m/%d/%y %H:%M:%S"
_MINUTE_US: Final = 60_000_000
SOURCE: Final = "Fitbit"


class _Said(msgspec.Struct):
    at: str = msgspec.field(name="dateTime")
    value: Any = None


class _Beat(msgspec.Struct):
    bpm: int
    confidence: int


def read(folder: Path) -> Iterator[Amount]:
    """Yield steps a minute and heart rates; raise NotRead without any."""
    found: list[tuple[Stream, Path]] = [
        (stream, path) for stream, name in _FILES.items() for path in folder.rglob(name)
    ]
    if not found:
        raise NotRead(f"{folder}: has no steps-….json or heart_rate-….json")
    for stream, path in found:
        for count, said in enumerate(_list(path)):
            try:
                amount = _amount(stream, said)
            except (TypeError, ValueError, msgspec.ValidationError) as error:
                raise NotRead(f"{path}: item {count}: {error}") from error
            if amount is not None:
                yield amount


def _list(path: Path) -> list[_Said]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[_Said])
    except msgspec.DecodeError as error:
        raise NotRead(f"{path}: {error}") from error


def _amount(stream: Stream, said: _Said) -> Amount | None:
    at = datetime.strptime(said.at, _TIME).replace(tzinfo=UTC)
    start_us = round(at.timestamp() * 1_000_000)
    if stream == "steps":
        return Amount(SOURCE, stream, start_us, start_us + _MINUTE_US, int(said.value))
    beat = msgspec.convert(said.value, _Beat)
    if beat.confidence == 0:  # the tracker itself does not believe it
        return None
    return Amount(SOURCE, stream, start_us, start_us, beat.bpm)
