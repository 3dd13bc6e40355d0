"""What an ActiGraph recorded, as ActiLife exports it: steps by the epoch, or every sample."""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from research.imports import actigraph_raw, actilife
from research.imports.actilife import Header
from research.imports.amounts import Amount, NotRead
from research.imports.recording import Recording


def read(path: Path, zone: ZoneInfo | None) -> Iterator[Amount] | Recording:
    """Return the steps of each epoch, or the samples; raise NotRead for other files.

    Epochs follow each other from the start on, whatever clocks on walls did.
    """
    header = actilife.header(path, zone)
    return _epochs(path, header) if header.epoch_us else actigraph_raw.read(path, header)


def _epochs(path: Path, header: Header) -> Iterator[Amount]:
    column = _column(path, header.line)
    at_us = header.start_us
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = csv.reader(islice(file, actilife.LINES + 1, None))
        for row in rows:
            until_us = at_us + header.epoch_us
            try:
                yield Amount(header.serial, "steps", at_us, until_us, int(row[column]))
            except (IndexError, ValueError) as error:
                line = actilife.LINES + 1 + rows.line_num
                raise NotRead(f"{path}: line {line}: {error}") from error
            at_us = until_us


def _column(path: Path, line: str) -> int:
    told = [name.strip().lower() for name in line.split(",")]
    if "steps" not in told:
        raise NotRead(
            f"{path}: line {actilife.LINES + 1}: names no column Steps; export steps, and the "
            "names of columns"
        )
    return told.index("steps")
