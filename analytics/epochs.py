"""Minute epochs kept as one blob an hour for each device."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from analytics.minutes import (
    EPOCH,
    HOUR_US,
    MINUTE,
    MINUTE_US,
    MOVING_G,
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

__all__ = [
    "EPOCH",
    "HOUR_US",
    "MINUTE",
    "MINUTE_US",
    "MOVING_G",
    "Flag",
    "Minutes",
    "Part",
    "State",
    "blank",
    "combine",
    "keep",
    "mean_bpm",
    "merge",
    "read",
    "steps",
]


def keep(db: Connection, lanes: Sequence[tuple[str, str]], epochs: NDArray[np.void]) -> None:
    """Write epochs into their hours; `lanes` are the (participant, device) they speak of."""
    rows: list[dict[str, Any]] = []
    for lane, (participant, device) in enumerate(lanes):
        mine = epochs[epochs["lane"] == lane]
        rows += _hours(db, participant, device, mine)
    if rows:
        db.execute(upsert(db, epoch_hours), rows)


def _hours(
    db: Connection, participant: str, device: str, epochs: NDArray[np.void]
) -> list[dict[str, Any]]:
    hour_us, place = np.divmod(epochs["minute_us"], HOUR_US)
    hours = np.unique(hour_us)
    index = np.searchsorted(hours, hour_us) * 60 + place // MINUTE_US
    stored = _stored(db, participant, device, [int(hour) * HOUR_US for hour in hours])
    minutes = np.concatenate([stored[int(hour) * HOUR_US] for hour in hours])
    for part in np.unique(epochs["parts"]):  # a minute may come once for each stream
        chosen = epochs["parts"] == part
        at = index[chosen]
        minutes[at] = combine(minutes[at], epochs["parts"][chosen], epochs["minute"][chosen])
    keys = {"participant": participant, "device": device}
    return [
        {
            **keys,
            "hour_us": int(hour) * HOUR_US,
            "minutes": minutes[60 * n : 60 * n + 60].tobytes(),
        }
        for n, hour in enumerate(hours)
    ]


def _stored(
    db: Connection, participant: str, device: str, hours_us: list[int]
) -> dict[int, Minutes]:
    found = dict.fromkeys(hours_us, blank(60))
    query = select(epoch_hours.c.hour_us, epoch_hours.c.minutes).where(
        epoch_hours.c.participant == participant,
        epoch_hours.c.device == device,
        epoch_hours.c.hour_us.in_(hours_us),
    )
    for hour_us, blob in db.execute(query):
        found[hour_us] = np.frombuffer(blob, MINUTE)
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
    table = blank(len(lanes) * hours * 60).reshape(len(lanes), hours, 60)
    blocks = np.frombuffer(b"".join(row[3] for row in rows), MINUTE).reshape(-1, 60)
    table[lane, [(row[2] - base_us) // HOUR_US for row in rows]] = blocks
    begin, end = (start_us - base_us) // MINUTE_US, -(-(end_us - base_us) // MINUTE_US)
    minutes = table.reshape(len(lanes), hours * 60)[:, begin:end]
    found: dict[str, dict[str, Minutes]] = {}
    for (participant, device), index in lanes.items():
        found.setdefault(participant, {})[device] = minutes[index]
    return found
