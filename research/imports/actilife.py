"""The ten lines with which every CSV of ActiLife begins."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from research.imports.amounts import NotRead

MARK: Final = "Data File Created By ActiGraph"
LINES: Final = 10
_SAYS: Final = {
    "date format": re.compile(r"date format (\S+)"),
    "Serial Number": re.compile(r"Serial Number: *(\S+)"),
    "Start Time": re.compile(r"Start Time *([\d:]+)"),
    "Start Date": re.compile(r"Start Date *([^\s,]+)"),
    "Epoch Period": re.compile(r"Epoch Period \(hh:mm:ss\) *(\d+:\d+:\d+)"),
}
_RATE: Final = re.compile(r" at ([\d.]+) Hz")
_DAY: Final = {"d": "%d", "dd": "%d", "M": "%m", "MM": "%m", "yy": "%y", "yyyy": "%Y"}


@dataclass(frozen=True, slots=True)
class Header:
    """What was recorded from when on."""

    serial: str
    start_us: int
    epoch_us: int  # 0: raw
    rate_hz: float | None
    line: str  # the one behind, which may name columns


def header(path: Path, zone: ZoneInfo | None) -> Header:
    """Read it; raise NotRead where it lacks something.

    It tells the start by the clock of the computer that set the recorder up, without its zone.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            lines = list(islice(file, LINES + 1))
    except UnicodeDecodeError as error:
        raise NotRead(f"{path}: lines 1 to {LINES}: {error}") from error
    says = _says(path, "".join(lines[:LINES]))
    rate = _RATE.search(lines[0])
    return Header(
        serial=says["Serial Number"],
        start_us=_start_us(path, says, zone),
        epoch_us=_epoch_us(says["Epoch Period"]),
        rate_hz=float(rate[1]) if rate else None,
        line=lines[LINES].strip() if len(lines) > LINES else "",
    )


def _says(path: Path, lines: str) -> dict[str, str]:
    found = {name: shape.search(lines) for name, shape in _SAYS.items()}
    missing = [name for name, match in found.items() if match is None]
    if missing:
        raise NotRead(f"{path}: lines 1 to {LINES}: there is no {missing[0]}")
    return {name: match[1] for name, match in found.items() if match}


def _epoch_us(said: str) -> int:
    hours, minutes, seconds = map(int, said.split(":"))
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return length // timedelta(microseconds=1)


def _start_us(path: Path, says: dict[str, str], zone: ZoneInfo | None) -> int:
    if zone is None:
        raise NotRead(f"{path}: line 3: starts at a time without a zone: say it by --zone")
    day = re.sub(r"[dMy]+", lambda part: _DAY.get(part[0], part[0]), says["date format"])
    said = f"{says['Start Date']} {says['Start Time']}"
    try:
        at = datetime.strptime(said, f"{day} %H:%M:%S").replace(tzinfo=zone)
    except ValueError as error:
        raise NotRead(f"{path}: lines 3 and 4: {error}") from error
    return round(at.timestamp() * 1_000_000)
