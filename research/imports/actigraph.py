"""Epochs as ActiLife exports them: ten lines of header, then a line an epoch."""

import csv
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from research.imports.amounts import Amount, NotRead

MARK: Final = "Data File Created By ActiGraph"
_HEADER_LINES: Final = 10
_SAYS: Final = {
    "date format": re.compile(r"date format (\S+)"),
    "Serial Number": re.compile(r"Serial Number: *(\S+)"),
    "Start Time": re.compile(r"Start Time *([\d:]+)"),
    "Start Date": re.compile(r"Start Date *([^\s,]+)"),
    "Epoch Period": re.compile(r"Epoch Period \(hh:mm:ss\) *(\d+:\d+:\d+)"),
}
_DAY: Final = {"d": "%d", "dd": "%d", "M": "%m", "MM": "%m", "yy": "%y", "yyyy": "%Y"}


def read(path: Path, zone: ZoneInfo | None) -> Iterator[Amount]:
    """Yield the steps of each epoch; raise NotRead for raw recordings and other files.

    The header tells the start by the clock of the computer that set the recorder up, without
    its zone; from there on the epochs follow each other, whatever clocks on walls did.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            says = _header(path, list(islice(file, _HEADER_LINES)))
            epoch_us = _epoch_us(path, says["Epoch Period"])
            at_us = _start_us(path, says, zone)
            rows = csv.reader(file)
            column = _column(path, next(rows, None) or [])
            for row in rows:
                line = _HEADER_LINES + rows.line_num
                steps = _steps(path, line, row, column)
                yield Amount(says["Serial Number"], "steps", at_us, at_us + epoch_us, steps)
                at_us += epoch_us
    except UnicodeDecodeError as error:
        raise NotRead(f"{path}: {error}") from error


def _header(path: Path, lines: list[str]) -> dict[str, str]:
    header = "".join(lines)
    found = {name: shape.search(header) for name, shape in _SAYS.items()}
    missing = [name for name, match in found.items() if match is None]
    if missing:
        raise NotRead(f"{path}: lines 1 to {_HEADER_LINES}: there is no {missing[0]}")
    return {name: match[1] for name, match in found.items() if match}


def _epoch_us(path: Path, said: str) -> int:
    hours, minutes, seconds = map(int, said.split(":"))
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if not length:
        raise NotRead(
            f"{path}: line 5: is a raw recording, without epochs; `kindstep score` reads it"
        )
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


def _column(path: Path, names: list[str]) -> int:
    told = [name.strip().lower() for name in names]
    if "steps" not in told:
        raise NotRead(
            f"{path}: line {_HEADER_LINES + 1}: names no column Steps; export steps, and the "
            "names of columns"
        )
    return told.index("steps")


def _steps(path: Path, line: int, row: list[str], column: int) -> int:
    try:
        steps = int(row[column])
    except (IndexError, ValueError) as error:
        raise NotRead(f"{path}: line {line}: {error}") from error
    if steps < 0:
        raise NotRead(f"{path}: line {line}: {steps} steps")
    return steps
