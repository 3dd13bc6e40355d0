"""Raw acceleration in a CSV of ActiLife, block by block: a week may be larger than memory."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

from research.imports import actilife
from research.imports.actilife import Header
from research.imports.amounts import NotRead
from research.imports.recording import SCALE_G, Recording

_AXES: Final = ("Accelerometer X", "Accelerometer Y", "Accelerometer Z")
#: Without names: the samples by themselves, or behind their times.
_UNNAMED: Final = {3: _AXES, 4: ("Timestamp", *_AXES)}


def read(path: Path, header: Header) -> Recording:
    """Return what a file holds, after a look at all of it; raise NotRead at what is amiss."""
    if not header.rate_hz:
        raise NotRead(f"{path}: line 1: says no rate of samples")
    blocks = partial(_blocks, path, *_layout(path, header.line))
    size = sum(map(len, blocks()))
    return Recording(header.serial, header.start_us, header.rate_hz, size, blocks)


def _layout(path: Path, line: str) -> tuple[tuple[str, ...], int]:
    """Return the names of columns, and how many lines stand before the first sample."""
    said = tuple(name.strip() for name in line.split(","))
    if set(_AXES) <= set(said):
        return said, actilife.LINES + 1
    if len(said) not in _UNNAMED:
        raise NotRead(f"{path}: line {actilife.LINES + 1}: has no three axes")
    return _UNNAMED[len(said)], actilife.LINES


def _blocks(path: Path, columns: tuple[str, ...], above: int) -> Iterator[NDArray[np.int16]]:
    read = csv.ReadOptions(skip_rows=above, column_names=list(columns))
    convert = csv.ConvertOptions(
        include_columns=list(_AXES), column_types=dict.fromkeys(_AXES, pa.float64())
    )
    done = above
    try:
        with csv.open_csv(path, read, convert_options=convert) as batches:
            for batch in batches:
                yield _whole(path, done, batch)
                done += batch.num_rows
    except pa.ArrowInvalid as error:
        raise NotRead(f"{path}: after line {done}: {error}") from error


def _whole(path: Path, done: int, batch: Any) -> NDArray[np.int16]:  # noqa: ANN401 - Arrow's
    axes = [column.to_numpy(zero_copy_only=False) for column in batch.columns]
    values = np.rint(np.stack(axes, axis=1) / SCALE_G)
    beyond = ~(np.abs(values) <= np.iinfo(np.int16).max).all(axis=1)
    if beyond.any():
        raise NotRead(
            f"{path}: line {done + int(beyond.argmax()) + 1}: is no acceleration in g"
        )
    return values.astype(np.int16)
