"""Minutes, and the gaps between them: what is not known has no row there, and one here."""

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow.lib
from numpy.typing import NDArray

from analytics import scores
from analytics.scores import Flag, Minutes, State
from people.authorize import Topic
from research.export.case import Case, Piece, Table
from research.export.layout import Column, Layout, always, consent_version, participant
from research.export.stretches import Stretch, Untold, stretches

pa: Any = pyarrow.lib  # its types know neither masks nor numpy's arrays
_FROM: Final = "analytics.epoch_hours"
_STATES: Final = tuple(state.name.lower() for state in State if state is not State.NO_DATA)
_WORN: Final = "null: not measured"

MINUTES: Final = Layout(
    "minutes",
    "One row a minute of which something is known, merged over a person's devices",
    ("participant", "study_day", "minute"),
    (
        participant(),
        always("study_day", "integer", "1 is the local day of enrolment", _FROM, "d"),
        always("minute", "integer", "of the local day, by the clock on the wall", _FROM, "min"),
        Column("state", "category", "what it was", _FROM, values=_STATES),
        Column("steps", "integer", "null: nothing could count them", _FROM, "1"),
        Column("enmo_mg", "measure", f"Euclidean norm minus one; {_WORN}", _FROM, "mg"),
        Column("mad_mg", "measure", f"mean amplitude deviation; {_WORN}", _FROM, "mg"),
        *(
            Column(f"counts_{axis}", "integer", f"ActiGraph's, {axis}; {_WORN}", _FROM, "1")
            for axis in "xyz"
        ),
        consent_version(topic="activity"),
        Column("heart_rate_bpm", "measure", f"mean; {_WORN}", _FROM, "1/min"),
        Column("rr_intervals", "integer", f"between beats, kept; {_WORN}", _FROM, "1"),
        Column("spo2_percent", "measure", f"mean oxygen saturation; {_WORN}", _FROM, "%"),
        consent_version("heart_consent_version", "heart_rate"),
    ),
)
GAPS: Final = Layout(
    "gaps",
    "Stretches of minutes of which nothing is known, up to the last day with data",
    ("participant", "from_day", "from_minute"),
    (
        participant(),
        always("from_day", "integer", "study day of the first minute", _FROM, "d"),
        always("from_minute", "integer", "its minute since local midnight", _FROM, "min"),
        always("minutes", "integer", "how many, of those that are told", _FROM, "min"),
        Column("may_close", "boolean", "a day of it was not complete", "analytics.day_facts"),
        consent_version(topic="activity"),
    ),
)


def pieces(case: Case, skipped: Collection[int], untold: Untold) -> Iterator[Piece]:
    """Yield what there is of these tables, some weeks at a time; see `stretches`."""
    heard = case.heard_days()
    if not heard or not (case.has(Topic.ACTIVITY) or case.has(Topic.HEART_RATE)):
        return
    open_days = {case.time.day_of(day.day) for day in heard if not day.complete}
    gap: _Gap | None = None
    for stretch in stretches(case, case.time.day_of(heard[-1].day), skipped, untold):
        known = stretch.minutes["state"] != State.NO_DATA
        told = stretch.only(known & _told(case, stretch.minutes))
        yield MINUTES.name, partial(_table, case.name, case.granted, told)
        if case.has(Topic.ACTIVITY):
            found, gap = _gaps(gap, stretch, known)
            yield GAPS.name, [_gap(case, each, open_days) for each in found]
    if gap is not None:
        yield GAPS.name, [_gap(case, gap, open_days)]


_Gap = tuple[int, int, int, int]  # first day, its minute, last day, how many minutes


def _told(case: Case, minutes: Minutes) -> NDArray[np.bool_]:
    if case.has(Topic.ACTIVITY):
        return np.ones(len(minutes), bool)
    beating: NDArray[np.bool_] = (minutes["hr_n"] > 0) | (minutes["rr_n"] > 0)
    return beating | (minutes["spo2_n"] > 0)


def _table(name: str, granted: Mapping[Topic, int], stretch: Stretch) -> Table:
    minutes, count = stretch.minutes, len(stretch.minutes)
    columns: dict[str, Any] = {
        "participant": _same(name, count),
        "study_day": stretch.day,
        "minute": stretch.minute,
    }
    if Topic.ACTIVITY in granted:
        columns |= _motion(minutes, granted[Topic.ACTIVITY])
    if Topic.HEART_RATE in granted:
        columns |= _heart(minutes, granted[Topic.HEART_RATE])
    schema: Any = MINUTES.schema()
    filled = [
        columns[name] if name in columns else pa.nulls(count, schema.field(name).type)
        for name in schema.names
    ]
    return pa.table(filled, schema=schema)


def _motion(minutes: Minutes, version: int) -> dict[str, Any]:
    steps = scores.steps(minutes).astype(np.int32)
    counted = minutes["flags"] & (Flag.COUNTS | Flag.COUNTS_RESAMPLED) != 0
    state = pa.array(minutes["state"].astype(np.int32) - 1)
    return {
        "state": pa.DictionaryArray.from_arrays(state, pa.array(_STATES)),
        "steps": pa.array(steps, mask=steps < 0),
        "enmo_mg": _milli(minutes["enmo_g"]),
        "mad_mg": _milli(minutes["mad_g"]),
        **{
            f"counts_{axis}": pa.array(minutes["counts"][:, n].astype(np.int32), mask=~counted)
            for n, axis in enumerate("xyz")
        },
        "consent_version": np.full(len(minutes), version, np.int32),
    }


def _heart(minutes: Minutes, version: int) -> dict[str, Any]:
    bpm = scores.mean_bpm(minutes)
    with np.errstate(invalid="ignore"):
        spo2 = minutes["spo2_sum_percent"] / minutes["spo2_n"]
    rr = minutes["rr_n"].astype(np.int32)
    return {
        "heart_rate_bpm": pa.array(bpm.astype(np.float32), mask=np.isnan(bpm)),
        "rr_intervals": pa.array(rr, mask=rr == 0),
        "spo2_percent": pa.array(spo2.astype(np.float32), mask=np.isnan(spo2)),
        "heart_consent_version": np.full(len(minutes), version, np.int32),
    }


def _milli(g: NDArray[np.float64]) -> Any:  # noqa: ANN401 - an Arrow array
    return pa.array((1000 * g).astype(np.float32), mask=np.isnan(g))


def _same(text: str, count: int) -> Any:  # noqa: ANN401 - an Arrow array
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([text]))


def _gaps(
    before: _Gap | None, stretch: Stretch, known: NDArray[np.bool_]
) -> tuple[list[_Gap], _Gap | None]:
    """Return the gaps that ended in a stretch, and one that lasts to its end."""
    day, minute = stretch.day, stretch.minute
    edges = np.flatnonzero(np.diff(known.astype(np.int8), prepend=1, append=1))
    found: list[_Gap] = [
        (int(day[begin]), int(minute[begin]), int(day[end - 1]), int(end - begin))
        for begin, end in edges.reshape(-1, 2)
    ]
    if before is not None:
        goes_on = bool(len(edges)) and edges[0] == 0
        if goes_on:
            _, _, last, more = found[0]
            found[0] = (*before[:2], last, before[3] + more)
        else:
            found.insert(0, before)
    lasts = not known[-1]
    return (found[:-1], found[-1]) if lasts else (found, None)


def _gap(case: Case, gap: _Gap, open_days: set[int]) -> dict[str, Any]:
    first, minute, last, count = gap
    return {
        **case.stands_on(Topic.ACTIVITY),
        "from_day": first,
        "from_minute": minute,
        "minutes": count,
        "may_close": not open_days.isdisjoint(range(first, last + 1)),
    }
