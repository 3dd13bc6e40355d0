"""Samples as devices sent them, by request: integers with their scale, in study time."""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow.lib
from numpy.typing import NDArray

from analytics import rescoring
from analytics.rescoring import Day, Frame, Records
from people.authorize import Topic
from research.deidentify.study_time import MINUTE_US
from research.export.case import Case, Piece, Table
from research.export.chapter_people import device_numbers
from research.export.layout import Layout, always, consent_version, participant

pa: Any = pyarrow.lib  # its types know neither masks nor numpy's arrays
_FROM: Final = "ingest.archive"
_EVERYTHING: Final = 1 << 62  # a position no log comes to

#: Of which topic each stream is a part; of others no samples are handed out.
TOPICS: Final = {
    "accel": Topic.ACTIVITY,
    "steps": Topic.ACTIVITY,
    "heart_rate": Topic.HEART_RATE,
    "rr": Topic.HEART_RATE,
    "spo2": Topic.HEART_RATE,
}


def layout(stream: str) -> Layout:
    """Return the table of a stream."""
    channels = 3 if stream == "accel" else 1
    return Layout(
        f"raw_{stream}",
        f"One row a sample of {stream}",
        ("participant", "study_day", "device", "time_us"),
        (
            participant(),
            always("study_day", "integer", "1 is the local day of enrolment", _FROM, "d"),
            always("device", "integer", "number, as in devices", _FROM),
            always(
                "time_us", "long", "since local midnight, by the clock on the wall", _FROM, "us"
            ),
            *(
                always(f"v{n}", "integer", "times scale is in g, bpm, ms, % or steps", _FROM)
                for n in range(channels)
            ),
            always("scale", "number", "of the values", _FROM),
            consent_version(topic=TOPICS[stream].value),
        ),
    )


def pieces(
    case: Case, records: Records, streams: Collection[str], skipped: Collection[int]
) -> Iterator[Piece]:
    """Yield the samples of some streams, a day at a time; none of the `skipped` minutes.

    Raises SamplesDropped where the archive no longer has a day's samples.
    """
    granted = [stream for stream in streams if case.has(TOPICS[stream])]
    if not granted:
        return
    numbers = device_numbers(case)
    for heard in case.heard_days():
        day = Day(heard.day, heard.start_us, heard.end_us, heard.zone)
        frames = rescoring.frames_of_day(case.db, records, case.who, day, _EVERYTHING)
        for stream in granted:
            mine = [frame for frame in frames if frame.stream == stream]
            if mine:
                table = partial(_table, case, day, mine, numbers, skipped)
                yield layout(stream).name, table


def _table(
    case: Case,
    day: Day,
    frames: Sequence[Frame],
    numbers: dict[str, int],
    skipped: Collection[int],
) -> Table:
    stream = frames[0].stream
    sizes = [frame.size for frame in frames]
    at_us = np.concatenate([_times_us(frame) for frame in frames])
    passed, inside_us = np.divmod(at_us - day.start_us, MINUTE_US)
    minute = case.time.minutes(case.time.day_of(day.day))[passed]
    time_us = minute.astype(np.int64) * MINUTE_US + inside_us
    device = np.repeat(np.array([numbers[frame.device] for frame in frames], np.int32), sizes)
    values = np.concatenate([frame.values for frame in frames]).astype(np.int32)
    scale = np.repeat([frame.scale for frame in frames], sizes)
    order = np.lexsort((time_us, device))
    told = (at_us >= case.member.enrolled_us) & (at_us < case.member.until_us)
    told &= (minute >= 0) & ~np.isin(minute, [*skipped])
    order = order[told[order]]
    count = len(order)
    topic = TOPICS[stream]
    columns: dict[str, Any] = {
        "participant": [case.name] * count,
        "study_day": np.full(count, case.time.day_of(day.day), np.int32),
        "device": device[order],
        "time_us": time_us[order],
        **{f"v{n}": values[order, n] for n in range(values.shape[1])},
        "scale": scale[order],
        "consent_version": np.full(count, case.granted[topic], np.int32),
    }
    schema: Any = layout(stream).schema()
    return pa.table([pa.array(columns[n], schema.field(n).type) for n in schema.names], schema)


def _times_us(frame: Frame) -> NDArray[np.int64]:
    if frame.times_us is not None:
        return frame.times_us
    index = frame.base + np.arange(frame.size)
    return frame.start_us + np.rint(index * (frame.period_us or 0.0)).astype(np.int64)
