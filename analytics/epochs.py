"""Minute epochs kept as one blob an hour for each device."""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select

from analytics.minutes import (
    EPOCH,
    HOUR_US,
    MINUTE,
    MINUTE_US,
    MOVING_G,
    OPAQUE,
    Flag,
    Minutes,
    Part,
    State,
    blank,
    combine,
    mean_bpm,
    merge,
    steps,
)
from analytics.tables import epoch_hours
from ingest.store import upsert
from people.registry import Places

_HOURS_AT_ONCE: Final = 500  # in one query

__all__ = [
    "EPOCH",
    "HOUR_US",
    "MINUTE",
    "MINUTE_US",
    "MOVING_G",
    "OPAQUE",
    "Flag",
    "Minutes",
    "Part",
    "State",
    "blank",
    "combine",
    "heard_until",
    "keep",
    "mean_bpm",
    "merge",
    "merged",
    "read",
    "steps",
]


def keep(db: Connection, lanes: Sequence[tuple[str, str]], epochs: NDArray[np.void]) -> None:
    """Write epochs into their hours; `lanes` are the (participant, device) they speak of."""
    if not epochs.size:
        return
    hour_us = epochs["minute_us"] // HOUR_US * HOUR_US
    lane_of: list[int] = epochs["lane"].tolist()
    hour_of: list[int] = hour_us.tolist()
    where = [(*lanes[lane], hour) for lane, hour in zip(lane_of, hour_of, strict=True)]
    place = {key: n for n, key in enumerate(dict.fromkeys(where))}
    keys = list(place)
    minutes = _stored(db, keys)
    index = 60 * np.array([place[each] for each in where])
    index += (epochs["minute_us"] - hour_us) // MINUTE_US
    for part in np.unique(epochs["parts"]):  # a minute may come once for each stream
        chosen = epochs["parts"] == part
        at = index[chosen]
        before = minutes.view(OPAQUE)[at].view(MINUTE)
        after = combine(before, epochs["parts"][chosen], epochs["minute"][chosen])
        minutes.view(OPAQUE)[at] = after.view(OPAQUE)
    rows = [
        {
            "participant": participant,
            "device": device,
            "hour_us": hour,
            "minutes": minutes[60 * n : 60 * n + 60].tobytes(),
        }
        for n, (participant, device, hour) in enumerate(keys)
    ]
    db.execute(upsert(db, epoch_hours), rows)


def _stored(db: Connection, keys: Sequence[tuple[str, str, int]]) -> Minutes:
    """Return the minutes of hours one after the other, as far as they are known."""
    found = blank(60 * len(keys))
    place = {key: 60 * n for n, key in enumerate(keys)}
    columns = epoch_hours.c
    for at in range(0, len(keys), _HOURS_AT_ONCE):
        part = keys[at : at + _HOURS_AT_ONCE]
        query = select(
            columns.participant, columns.device, columns.hour_us, columns.minutes
        ).where(
            columns.participant.in_({key[0] for key in part}),
            columns.hour_us.in_({key[2] for key in part}),
        )
        for participant, device, hour_us, blob in db.execute(query):
            n = place.get((participant, device, hour_us))
            if n is not None:
                found.view(OPAQUE)[n : n + 60] = np.frombuffer(blob, OPAQUE)
    return found


def read(
    db: Connection, participants: Collection[str], start_us: int, end_us: int
) -> dict[str, dict[str, Minutes]]:
    """Return each participant's minutes by device, one for each minute of the span."""
    base_us = start_us // HOUR_US * HOUR_US
    query = select(
        epoch_hours.c.participant,
        epoch_hours.c.device,
        epoch_hours.c.hour_us,
        epoch_hours.c.minutes,
    ).where(
        epoch_hours.c.participant.in_(participants),
        epoch_hours.c.hour_us >= base_us,
        epoch_hours.c.hour_us < end_us,
    )
    rows = db.execute(query).all()
    hours = max(0, -(-(end_us - base_us) // HOUR_US))
    lanes: dict[tuple[str, str], int] = {}
    lane = [lanes.setdefault((row[0], row[1]), len(lanes)) for row in rows]
    blocks = np.frombuffer(bytearray().join(row[3] for row in rows), OPAQUE).reshape(-1, 60)
    hour = [(row[2] - base_us) // HOUR_US for row in rows]
    if len(lanes) == 1 and hour == list(range(hours)):  # nothing is missing: it is in place
        table = blocks.view(MINUTE)
    else:
        table = blank(len(lanes) * hours * 60).reshape(len(lanes), hours, 60)
        table.view(OPAQUE)[lane, hour] = blocks
    begin, end = (start_us - base_us) // MINUTE_US, -(-(end_us - base_us) // MINUTE_US)
    minutes = table.reshape(len(lanes), hours * 60)[:, begin:end]
    found: dict[str, dict[str, Minutes]] = {}
    for (participant, device), index in lanes.items():
        found.setdefault(participant, {})[device] = minutes[index]
    return found


def heard_until(
    db: Connection, participants: Collection[str], start_us: int, end_us: int
) -> int:
    """Return when the last hour of a span ends that anything was heard of; else its start."""
    within = epoch_hours.c.hour_us.between(start_us, end_us - 1)
    query = select(func.max(epoch_hours.c.hour_us)).where(
        epoch_hours.c.participant.in_(participants), within
    )
    last_us: int | None = db.scalar(query)
    return start_us if last_us is None else last_us + HOUR_US


def merged(
    by_device: Mapping[str, Minutes], first_us: int, count: int, places: Places
) -> Minutes:
    """Return one person's minutes by where their source of motion sat in each.

    Parameters
    ----------
    by_device : mapping of str to (count,) MINUTE
    first_us : int
        When the first of them begins.
    count : int
        How many minutes.
    places : Places
        What the person told of it; a minute goes by what held when it began.
    """
    sat = list(places.during(first_us, first_us + count * MINUTE_US))
    begins = [-((first_us - from_us) // MINUTE_US) for from_us, _ in sat]
    parts = [
        merge({name: mine[begin:end] for name, mine in by_device.items()}, end - begin, place)
        for (begin, end), (_, place) in zip(pairwise([*begins, count]), sat, strict=True)
    ]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
