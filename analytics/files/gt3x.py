"""ActiGraph's .gt3x: a zip of what the device logged, a second to a record.

Layout: ActiGraph's published "GT3X File Format" (github.com/actigraph/GT3X-File-Format). A
device that sleeps while it lies still writes no samples; those seconds are gaps here, where
ActiLife repeats the last value. Values stay what the device counted, times its scale: ActiLife
rounds them to a thousandth of g.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final

import numpy as np
from numpy.typing import NDArray

from analytics.files.content import Block, Hints, Recording
from analytics.files.errors import BadRecording

_SEPARATOR: Final = 0x1E
_HEADER: Final = struct.Struct("<BBIH")  # separator, kind, seconds since 1970, bytes
PACKED: Final = 0  # 12 bits a value, y before x
WHOLE: Final = 26  # 16 bits a value
_SECONDS: Final = 600  # in a block
_BROKEN: Final = (
    *(OSError, EOFError, zipfile.BadZipFile, zlib.error),
    *(NotImplementedError, RuntimeError),  # an unknown compression, a password
)
#: Of devices whose info.txt names none, by how their serial number begins.
_SCALES: Final = {"NEO": 341.0, "CLE": 341.0, "MRA": 341.0, "MOS": 256.0, "TAS": 256.0}


def read(path: Path, hints: Hints) -> Recording:
    """Read a .gt3x file; raise BadRecording when it is none, or has no samples."""
    info = _info(path)
    try:
        rate_hz = float(info["Sample Rate"])
        per_g = _per_g(info)
    except (KeyError, ValueError) as error:
        raise BadRecording(f"{path.name}, info.txt: no {error}") from error
    if not 1 <= rate_hz <= 1000 or not per_g > 0:
        raise BadRecording(f"{path.name}, info.txt: {rate_hz} Hz at {per_g} to a g")
    hints.fit(rate_hz, path.name)
    progress = [0.0]
    return Recording(
        name=path.name,
        blocks=_blocks(path, rate_hz, progress),
        scale=hints.scale or 1 / per_g,
        rate_hz=rate_hz,
        timed=True,
        range_g=hints.range_g or _range_g(info),
        done=lambda: progress[0],
    )


def _info(path: Path) -> dict[str, str]:
    try:
        with zipfile.ZipFile(path) as archive:
            archive.getinfo("log.bin")
            text = archive.read("info.txt").decode("utf-8-sig", errors="replace")
    except KeyError as error:
        raise BadRecording(f"{path.name} is a zip without log.bin and info.txt") from error
    except _BROKEN as error:
        raise BadRecording(f"{path.name}: {error}") from error
    pairs = (line.partition(":") for line in text.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


def _per_g(info: dict[str, str]) -> float:
    told = info.get("Acceleration Scale")
    if told is not None:
        return float(told.replace(",", "."))
    return _SCALES[info["Serial Number"][:3]]


def _range_g(info: dict[str, str]) -> float | None:
    try:
        return float(info["Acceleration Max"].replace(",", ".")) or None
    except (KeyError, ValueError):
        return None


def _blocks(path: Path, rate_hz: float, progress: list[float]) -> Iterator[Block]:
    row, seconds = 1, list[tuple[int, NDArray[np.int16]]]()
    for at, samples in _seconds(path, progress):
        seconds.append((at, samples))
        if len(seconds) == _SECONDS:
            block = _block(row, seconds, rate_hz)
            yield block
            row, seconds = row + block.size, []
    if seconds:
        yield _block(row, seconds, rate_hz)


def _block(row: int, seconds: Sequence[tuple[int, NDArray[np.int16]]], rate_hz: float) -> Block:
    values = np.concatenate([samples for _, samples in seconds])
    times_us = np.concatenate(
        [at * 1_000_000 + np.rint(np.arange(len(v)) * (1e6 / rate_hz)) for at, v in seconds]
    )
    return Block(row, len(values), times_us.astype(np.int64), values, {})


def _seconds(path: Path, progress: list[float]) -> Iterator[tuple[int, NDArray[np.int16]]]:
    try:
        with zipfile.ZipFile(path) as archive, archive.open("log.bin") as log:
            whole = archive.getinfo("log.bin").file_size
            for kind, second, payload in _records(path.name, log):
                progress[0] = log.tell() / whole
                if kind == WHOLE and len(payload) % 6 == 0:
                    yield second, np.frombuffer(payload, "<i2").reshape(-1, 3)
                elif kind == PACKED and len(payload) > 1:  # one byte: a cable was plugged in
                    yield second, unpacked(payload)
    except _BROKEN as error:
        raise BadRecording(f"{path.name}, log.bin: {error}") from error


def _records(file: str, log: IO[bytes]) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while header := log.read(_HEADER.size):
        separator, kind, second, size = _HEADER.unpack(header.ljust(_HEADER.size, b"\0"))
        body = log.read(size + 1)  # and a checksum
        if separator != _SEPARATOR or len(body) <= size:
            raise BadRecording(f"{file}, log.bin: no whole record at byte {at}")
        at += _HEADER.size + len(body)
        yield kind, second, body[:size]


def unpacked(payload: bytes) -> NDArray[np.int16]:
    """Return samples of three axes, x first, from 12 bits a value, y first."""
    whole = np.frombuffer(payload, np.uint8).astype(np.int16)
    whole = np.append(whole, np.zeros(-whole.size % 3, np.int16)).reshape(-1, 3)
    pairs = np.empty((len(whole), 2), np.int16)
    pairs[:, 0] = whole[:, 0] << 4 | whole[:, 1] >> 4
    pairs[:, 1] = (whole[:, 1] & 15) << 8 | whole[:, 2]
    values = pairs.reshape(-1)[: len(payload) * 2 // 9 * 3]
    values = np.where(values > 2047, values - 4096, values).astype(np.int16)
    return values.reshape(-1, 3)[:, [1, 0, 2]]
