"""Minutes that were scored elsewhere: a study's history, or another hub's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection

from analytics import coverage, epochs
from analytics.epochs import EPOCH, HOUR_US, MINUTE_US, Minutes, Part
from analytics.hearing import Heard
from analytics.lookups import Lookups
from analytics.refresh import Key, days_of
from analytics.tables import epoch_hours
from ingest.store import upsert


@dataclass(frozen=True, slots=True, eq=False)
class Absorbed:
    """Consecutive minutes of one device on one person."""

    participant: str
    device: str
    start_us: int
    minutes: Minutes  # (n,) MINUTE
    counted: bool = True  # the device has a memory, and has handed over this far

    @property
    def end_us(self) -> int:
        """Return when the last minute ended."""
        return self.start_us + len(self.minutes) * MINUTE_US


def absorb(
    db: Connection, absorbed: Sequence[Absorbed], now_us: int, lookups: Lookups
) -> set[Key]:
    """Keep minutes in place of what is there of them; return the days they touch."""
    rows: list[dict[str, Any]] = []
    for piece in absorbed:
        if piece.start_us % HOUR_US or len(piece.minutes) % 60:
            _keep_pieces(db, piece)
        else:
            rows += _whole_hours(piece)
    if rows:
        db.execute(upsert(db, epoch_hours), rows)
    coverage.note(db, [heard for piece in absorbed for heard in _heard(piece, now_us)])
    keys: set[Key] = set()
    for piece in absorbed:
        minutes_us = range(piece.start_us, piece.end_us, MINUTE_US)
        keys |= days_of(lookups, piece.participant, minutes_us)
    return keys


def _whole_hours(piece: Absorbed) -> list[dict[str, Any]]:
    return [
        {
            "participant": piece.participant,
            "device": piece.device,
            "hour_us": piece.start_us + at * MINUTE_US,
            "minutes": piece.minutes[at : at + 60].tobytes(),
        }
        for at in range(0, len(piece.minutes), 60)
    ]


def _keep_pieces(db: Connection, piece: Absorbed) -> None:
    told = np.zeros(len(piece.minutes), EPOCH)
    told["minute_us"] = piece.start_us + MINUTE_US * np.arange(len(piece.minutes))
    told["parts"] = Part.ALL
    told["minute"] = piece.minutes
    epochs.keep(db, [(piece.participant, piece.device)], told)


def _heard(piece: Absorbed, now_us: int) -> list[Heard]:
    kept = coverage.kept_by(piece.device) or {"accel"}
    streams = sorted(kept) if piece.counted else ["heart_rate"]
    stood = (piece.counted, piece.end_us, now_us)
    return [Heard(piece.participant, piece.device, stream, *stood) for stream in streams]
