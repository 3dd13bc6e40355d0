"""What the columns of a table mean, by their names, and what they are worth."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analytics.files.content import NO_TIME, Block, Hints, Unit
from analytics.files.errors import BadRecording

AXES: Final = ("x", "y", "z")
STANDARD_GRAVITY: Final = 9.80665  # m/s2 in a g
#: What a unit is divided by to be in g.
_TO_G: Final = {"g": 1.0, "mg": 1000.0, "m/s2": STANDARD_GRAVITY}
#: Whole numbers with a norm beyond this are raw: no sensor is worn at as many g.
_LARGEST_G: Final = 16.0

_AXIS: Final = re.compile(
    r"(?:acc(?:el(?:erometer|eration)?)?|a|axis)?_?([xyz])(?:_?axis)?(?:_(g|mg|ms2|raw))?"
)
_TIME: Final = re.compile(
    r"(?:header_)?(?:t|time|timestamp|time_stamp|datetime|date_time)(?:_(s|sec|ms|us|ns))?"
)
_EVENTS: Final = {
    "bpm": ("bpm", "heart_rate", "heartrate", "heart_rate_bpm", "hr", "hr_bpm"),
    "spo2": ("spo2", "spo2_percent", "sao2", "oxygen_saturation"),
    "rr_ms": ("rr_ms", "rr", "rri", "rri_ms", "nn", "nn_ms", "ibi", "ibi_ms"),
}
_PER_SECOND: Final = {"s": 1, "sec": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
#: Seconds since 1970 beyond this are none: the unit must be a smaller one.
_FAR_S: Final = 1e11
_BEYOND_US: Final = 253_402_300_800_000_000  # the year 10,000


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a table is what."""

    time: str | None
    axes: tuple[str, ...]  # three, or none
    events: Mapping[str, str]  # our name to the table's
    unit: Unit | None  # as the names of the axes say
    time_unit: str | None

    @property
    def names(self) -> list[str]:
        """Return all of them."""
        time = [self.time] if self.time else []
        return [*time, *self.axes, *self.events.values()]


def of(names: Sequence[str], file: str) -> Columns:
    """Find the columns that count; raise BadRecording when there is nothing to score."""
    roles: dict[str, str] = {}
    units: set[str] = set()
    time_unit = None
    for name in names:
        clean = _clean(name)
        if axis := _AXIS.fullmatch(clean):
            _take(roles, axis[1], name, file)
            units.add(axis[2] or "")
        elif time := _TIME.fullmatch(clean):
            _take(roles, "time", name, file)
            time_unit = time[1]
        else:
            for event, aliases in _EVENTS.items():
                if clean in aliases:
                    _take(roles, event, name, file)
    events = {event: roles[event] for event in _EVENTS if event in roles}
    lacking = [axis for axis in AXES if axis not in roles]
    if lacking and (len(lacking) < len(AXES) or not events):
        known = ", ".join(names[:12])
        raise BadRecording(f"{file} has no column {lacking[0]}; it has {known or 'none'}")
    unit = {"ms2": "m/s2"}.get(unit := units.pop(), unit) if len(units) == 1 else None
    axes = () if lacking else tuple(roles[axis] for axis in AXES)
    return Columns(roles.get("time"), axes, events, cast("Unit", unit) or None, time_unit)


def _clean(name: str) -> str:
    name = name.strip().lower().replace("m/s^2", "ms2").replace("m/s²", "ms2")
    return re.sub(r"[^a-z0-9]+", "_", name.replace("m/s2", "ms2")).strip("_")


def _take(roles: dict[str, str], role: str, name: str, file: str) -> None:
    if role in roles:
        raise BadRecording(f"{file} has two columns {role}: {roles[role]!r} and {name!r}")
    roles[role] = name


class Conversion:
    """Turns batches of a table into blocks; units are settled by the first of them."""

    def __init__(self, columns: Columns, hints: Hints, file: str) -> None:
        self._columns = columns
        self._file = file
        self._raw = hints.scale is not None
        self._unit = hints.unit or columns.unit
        if self._unit == "raw" and not self._raw:
            raise BadRecording(f"{file} holds raw numbers: say their scale")
        self._per_second = _PER_SECOND.get(columns.time_unit or "")
        self.rows = 0

    def block(self, batch: pa.RecordBatch) -> Block:
        """Return the next rows of the table."""
        columns = self._columns
        times_us = self._times_us(_column(batch, columns.time)) if columns.time else None
        events = {
            event: self._numbers(_column(batch, name), name)
            for event, name in columns.events.items()
        }
        accel = self._accel(batch) if columns.axes else None
        block = Block(self.rows + 1, batch.num_rows, times_us, accel, events)
        self.rows += batch.num_rows
        return block

    def _accel(self, batch: pa.RecordBatch) -> NDArray[Any]:
        axes = [self._samples(_column(batch, name), name) for name in self._columns.axes]
        values = np.stack(axes, axis=1)
        if self._raw:
            return values
        if self._unit is None:
            self._unit = self._settled(values)
        return values / _TO_G[self._unit] if self._unit != "g" else values.astype(np.float64)

    def _settled(self, values: NDArray[Any]) -> Unit:
        """Return g, unless all are whole numbers as only a converter gives them."""
        known = values[np.isfinite(values).all(axis=1)].astype(np.float64)
        if known.size and (known == np.rint(known)).all():
            norm = float(np.median(np.sqrt((known**2).sum(axis=1))))
            if norm > _LARGEST_G:
                raise BadRecording(
                    f"{self._file} holds integers around {norm:.0f}: say their scale"
                )
        return "g"

    def _samples(self, array: "pa.Array[Any]", name: str) -> NDArray[Any]:
        if self._raw and array.type in (pa.int16(), pa.int32()) and not array.null_count:
            return array.to_numpy()
        return self._numbers(array, name)

    def _numbers(self, array: "pa.Array[Any]", name: str) -> NDArray[np.float64]:
        try:
            return array.cast(pa.float64()).to_numpy(zero_copy_only=False)
        except (pa.ArrowException, ValueError) as error:
            raise BadRecording(f"{self._file}, column {name}: {_first_line(error)}") from error

    def _times_us(self, array: "pa.Array[Any]") -> NDArray[np.int64]:
        if pa.types.is_timestamp(array.type):
            whole = array.cast(pa.timestamp("us"), safe=False).cast(pa.int64())
            times_us = whole.fill_null(NO_TIME).to_numpy(zero_copy_only=False)
            return np.where(_has_date(times_us), times_us, NO_TIME)
        told = self._numbers(array, str(self._columns.time))
        known = np.isfinite(told)
        if self._per_second is None:
            if not known.any():
                return np.full(told.size, NO_TIME)
            self._per_second = _guess_per_second(abs(float(told[known][0])))
        times_us = np.full(told.size, NO_TIME)
        with np.errstate(over="ignore"):
            us = np.rint(told[known] * (1e6 / self._per_second))
        times_us[known] = np.where(_has_date(us), us, NO_TIME).astype(np.int64)
        return times_us


def _has_date(times_us: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which are times: what no date can be written of is none."""
    return (times_us > -_BEYOND_US) & (times_us < _BEYOND_US)


def _column(batch: pa.RecordBatch, name: str) -> "pa.Array[Any]":
    return cast("pa.Array[Any]", batch.column(name))


def _guess_per_second(first: float) -> int:
    for per_second in (1, 10**3, 10**6):
        if first / per_second < _FAR_S:
            return per_second
    return 10**9


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
