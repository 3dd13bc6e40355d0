"""The `export.xml` of Apple Health, record by record: it may be larger than memory."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final
from xml.etree import ElementTree as ET

from research.imports.amounts import Amount, NotRead, Stream

_STREAMS: Final[dict[str, Stream]] = {
    "HKQuantityTypeIdentifierStepCount": "steps",
    "HKQuantityTypeIdentifierHeartRate": "heart_rate",
}
_TIME: Final = "%Y-%m-%d %H:%M:%S %z"


def read(path: Path) -> Iterator[Amount]:
    """Yield steps and heart rates; raise NotRead for what is no such export."""
    try:
        with path.open("rb") as file:
            yield from _records(path, file)
    except ET.ParseError as error:
        line, column = error.position
        raise NotRead(f"{path}: line {line}, column {column}: {error}") from error


def _records(path: Path, file: BinaryIO) -> Iterator[Amount]:
    parsed = ET.iterparse(file, ("start", "end"))  # noqa: S314 - expat expands no bombs
    _, root = next(parsed)
    if root.tag != "HealthData":
        raise NotRead(f"{path}: is no export of Apple Health, but <{root.tag}>")
    for count, (event, element) in enumerate(parsed):
        if event == "end":
            stream = _STREAMS.get(element.get("type", ""))
            if element.tag == "Record" and stream is not None:
                yield _amount(path, count, element, stream)
            if element.tag in {"Record", "Workout", "ActivitySummary"}:
                root.clear()


def _amount(path: Path, count: int, record: ET.Element, stream: Stream) -> Amount:
    try:
        return Amount(
            source=record.attrib["sourceName"],
            stream=stream,
            start_us=_us(record.attrib["startDate"]),
            end_us=_us(record.attrib["endDate"]),
            value=round(float(record.attrib["value"])),
        )
    except (KeyError, ValueError, OverflowError) as error:
        said = " ".join(f'{name}="{value}"' for name, value in record.attrib.items())
        raise NotRead(f"{path}: element {count}: <Record {said}>: {error}") from error


def _us(said: str) -> int:
    at = datetime.strptime(said, _TIME)  # noqa: DTZ007 - it has its offset
    return round(at.timestamp() * 1_000_000)
