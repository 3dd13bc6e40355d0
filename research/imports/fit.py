"""FIT files of sports watches: heart rates, and running totals of steps."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import fitdecode

from research.imports.amounts import Amount, NotRead

_EPOCH_S: Final = 631_065_600  # 1989-12-31 in UTC, from which FIT counts seconds
_ABSOLUTE_S: Final = 0x1000_0000  # smaller ones count from when the watch was switched on
_FILE_ID, _RECORD, _MONITORING = 0, 20, 55
_TIMESTAMP: Final = 253
_WALKS: Final = {1, 6}  # running and walking; cycles of others are no steps
_Message = Any  # fitdecode's FitDataMessage says nothing of its types
#: What the reader says of bytes that fit its layout and nothing else.
_UNREADABLE: Final = (
    fitdecode.FitError,
    struct.error,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
#: After a longer silence nobody knows when the steps of a total were made.
_LONGEST_US: Final = 3_600_000_000


@dataclass(frozen=True, slots=True)
class _Total:
    """Steps of one kind of movement since the watch last began to count."""

    source: str
    at_us: int
    movement: int | None  # none: a moment of which the steps are not told
    steps: int


def read(path: Path) -> Iterator[Amount]:
    """Yield steps and heart rates of a file, or of a folder of them; raise NotRead."""
    totals: list[_Total] = []
    files = sorted(path.rglob("*.[fF][iI][tT]")) if path.is_dir() else [path]
    for file in files:
        for found in _file(file):
            if isinstance(found, Amount):
                yield found
            else:
                totals.append(found)
    totals.sort(key=lambda total: (total.source, total.at_us))
    yield from _gains(totals)


def _file(path: Path) -> Iterator[Amount | _Total]:
    with path.open("rb") as opened:
        try:
            yield from _messages(opened)
        except _UNREADABLE as error:
            raise NotRead(f"{path}: before byte {opened.tell()}: {error}") from error


def _messages(opened: BinaryIO) -> Iterator[Amount | _Total]:
    frames: Any = fitdecode.FitReader(
        opened,
        processor=None,
        check_crc=fitdecode.CrcCheck.RAISE,
        error_handling=fitdecode.ErrorHandling.IGNORE,
    )
    source, now_s = "FIT", 0
    for frame in frames:
        if frame.frame_type != fitdecode.FIT_FRAME_DATA:
            continue
        now_s = _now(frame, now_s)
        if frame.global_mesg_num == _FILE_ID:
            source = " ".join(str(_said(frame, number)) for number in (1, 2, 3))
        elif now_s >= _ABSOLUTE_S:
            yield from _told(frame, source, (now_s + _EPOCH_S) * 1_000_000)
    if not frames.fit_files_count:
        raise fitdecode.FitHeaderError("there is no header")


def _now(frame: _Message, before_s: int) -> int:
    """Return when something was; monitoring may give the lower half of the seconds only."""
    whole_s = _said(frame, _TIMESTAMP)
    if whole_s is not None:
        return whole_s
    lower_s = _said(frame, 26) if frame.global_mesg_num == _MONITORING else None
    return before_s if lower_s is None else before_s + (lower_s - before_s & 0xFFFF)


def _told(frame: _Message, source: str, at_us: int) -> Iterator[Amount | _Total]:
    if frame.global_mesg_num == _RECORD:
        bpm = _said(frame, 3)
    elif frame.global_mesg_num == _MONITORING:
        bpm, movement, steps = _said(frame, 27), _said(frame, 5), _said(frame, 3)
        counted = movement in _WALKS and steps is not None
        yield _Total(source, at_us, movement if counted else None, steps or 0)
    else:
        return
    if bpm:
        yield Amount(source, "heart_rate", at_us, at_us, bpm)


def _said(frame: _Message, number: int) -> int | None:
    value = frame.get_raw_value(number, fallback=None)
    return value if isinstance(value, int) else None


def _gains(totals: Iterable[_Total]) -> Iterator[Amount]:
    """Yield what each total is above the one before, since any total was told.

    A first total only begins the count: it may stand for steps of hours. A smaller one than
    before began anew, as they do at midnight.
    """
    source, heard_us, told_us, since_us = "", 0, 0, 0
    before: dict[int, int] = {}
    for total in totals:
        at_us = total.at_us
        if total.source != source or at_us - heard_us > _LONGEST_US:
            source, told_us, since_us, before = total.source, at_us, at_us, {}
        heard_us = at_us
        if total.movement is None:
            continue
        if at_us > told_us:
            told_us, since_us = at_us, told_us
        last = before.get(total.movement)
        before[total.movement] = total.steps
        if last is not None:
            gained = total.steps - last if total.steps >= last else total.steps
            yield Amount(source, "steps", since_us, at_us, gained)
