"""What the kernels make of stored samples in one go, without hub, order of arrival or store."""

import numpy as np
from sqlalchemy import select

from analytics import epochs
from analytics.lookups import Lookups
from analytics.reading import frames_of
from analytics.shard import Shard

_FAR_US = 1 << 60


def minutes_of(db, entries):
    """Give {(participant, device): {minute_us: bytes of MINUTE}} of everything stored."""
    frames = frames_of(entries, Lookups(db))
    frames.sort(key=lambda frame: (frame.counted or (0, 0), frame.start_us, frame.key))
    told = Shard().feed(frames, _FAR_US, _FAR_US)
    result = {}
    for lane, key in enumerate(told.lanes):
        mine = told.epochs[told.epochs["lane"] == lane]
        by_minute = result.setdefault(key, {})
        for epoch in mine:
            at = int(epoch["minute_us"])
            known = by_minute.setdefault(at, epochs.blank(1))
            one = epoch.reshape(1)
            by_minute[at] = epochs.combine(known, one["parts"], one["minute"])
    return {
        key: {at: minute.tobytes() for at, minute in sorted(by_minute.items())}
        for key, by_minute in result.items()
    }


def stored_minutes(db, participant):
    """Give the same of what the hub has in its store."""
    table = epochs.epoch_hours
    query = select(table.c.device, table.c.hour_us, table.c.minutes)
    rows = db.execute(query.where(table.c.participant == participant).order_by(table.c.hour_us))
    result = {}
    for device, hour_us, blob in rows:
        minutes = np.frombuffer(blob, epochs.MINUTE)
        for place in minutes["state"].nonzero()[0].tolist():
            minute = minutes[place : place + 1].tobytes()
            at_us = hour_us + place * epochs.MINUTE_US
            result.setdefault((participant, device), {})[at_us] = minute
    return result


def samples_in(minutes):
    """Count the accelerometer samples of minutes that were worn."""
    return int(_every(minutes)["n_accel"].sum())


def steps_in(minutes):
    return int(_every(minutes)["steps"].sum())


def _every(minutes):
    blobs = [blob for by_minute in minutes.values() for blob in by_minute.values()]
    return np.frombuffer(b"".join(blobs), epochs.MINUTE)
