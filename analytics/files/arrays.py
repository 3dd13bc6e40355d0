"""numpy's files: .npy with one array, .npz with named ones."""

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analytics.files import columns
from analytics.files.columns import AXES, Columns, Conversion
from analytics.files.content import Block, Hints, Recording
from analytics.files.errors import BadRecording

MAGIC: Final = b"\x93NUMPY"
_ROWS: Final = 1 << 16
#: What an array of three columns may be called, before its unit.
_WHOLE: Final = ("acc", "accel", "acceleration", "accelerometer", "xyz", "arr_0", "values")


def read(path: Path, hints: Hints) -> Recording:
    """Read arrays; raise BadRecording when none of them is a signal."""
    found = dict(_columns_of(_arrays(path), path.name))
    chosen = columns.of(list(found), path.name)
    sizes = {name: found[name].size for name in chosen.names}
    if len(set(sizes.values())) > 1:
        told = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise BadRecording(f"{path.name}: arrays of different lengths: {told}")
    conversion = Conversion(chosen, hints, path.name)
    rows = next(iter(sizes.values()))
    return Recording(
        name=path.name,
        blocks=_blocks(found, chosen, rows, conversion),
        has_accel=bool(chosen.axes),
        events=tuple(chosen.events),
        scale=hints.scale or 1.0,
        rate_hz=hints.rate_hz,
        timed=chosen.time is not None,
        range_g=hints.range_g,
        done=lambda: conversion.rows / max(1, rows),
    )


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    try:
        loaded = np.load(path, allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            array = cast("NDArray[Any]", loaded)
            return {"xyz" if array.ndim > 1 else "rr_ms": array}
        with loaded:
            return {name: loaded[name] for name in loaded.files}
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise BadRecording(f"{path.name}: {str(error).splitlines()[0]}") from error


def _columns_of(
    arrays: Mapping[str, NDArray[Any]], file: str
) -> Iterator[tuple[str, NDArray[Any]]]:
    for name, array in arrays.items():
        if array.dtype.kind not in "iuf":
            continue
        if array.ndim == 1:
            yield name, array
            continue
        stem, _, unit = name.lower().partition("_")
        if array.ndim != len(AXES) - 1 or array.shape[1] != len(AXES):
            raise BadRecording(f"{file}, array {name}: shape {array.shape}, wanted (n, 3)")
        if stem in _WHOLE or name in _WHOLE:
            for at, axis in enumerate(AXES):
                yield f"{axis}_{unit}" if unit and name not in _WHOLE else axis, array[:, at]


def _blocks(
    found: Mapping[str, NDArray[Any]], chosen: Columns, rows: int, conversion: Conversion
) -> Iterator[Block]:
    for begin in range(0, rows, _ROWS):
        cut = {name: pa.array(found[name][begin : begin + _ROWS]) for name in chosen.names}
        yield conversion.block(pa.record_batch(cut))
