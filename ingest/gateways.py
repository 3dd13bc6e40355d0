"""What each gateway said of itself last, how late arrives what it brings, and batteries.

The file is the hub's, and nothing in it is precious: another process reads it for an operator.
"""

import contextlib
import sqlite3
from collections import defaultdict, deque
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import msgspec

from gateway import wire
from ingest import layout
from ingest.log import Entry

_LAYOUT: Final = 1
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS gateway (name TEXT PRIMARY KEY, said BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS battery (
    device TEXT PRIMARY KEY, percent INTEGER NOT NULL, at_us INTEGER NOT NULL
) STRICT;
"""
_KEEP_BATTERY: Final = """
INSERT INTO battery VALUES (?, ?, ?)
ON CONFLICT (device) DO UPDATE SET percent = excluded.percent, at_us = excluded.at_us
WHERE excluded.at_us >= battery.at_us
"""
_LATELY_US: Final = 300_000_000
_LATELY_BATCHES: Final = 512


class Heard(msgspec.Struct, frozen=True):
    """What a gateway said last; of one that is gone, what it said while it was there."""

    status: wire.GatewayStatus
    heard_us: int  # when it last spoke for itself
    late_p95_us: int | None  # from a batch's last sample to the hub; none: nothing came lately


class Battery(msgspec.Struct, frozen=True):
    """What a device last said of its battery."""

    percent: int
    at_us: int


class Gateways:
    """Listens to all gateways."""

    def __init__(self, path: Path) -> None:
        self._db = layout.opened(path, _SCHEMA, _LAYOUT)
        self._db.execute("PRAGMA synchronous=OFF")
        self._heard = {each.status.gateway: each for each in _every(self._db)}
        self._late: defaultdict[str, deque[tuple[int, int]]] = defaultdict(
            lambda: deque(maxlen=_LATELY_BATCHES)
        )

    def spoke(self, status: wire.GatewayStatus, at_us: int) -> None:
        """Take note of a status, or of the last will of a gateway that is gone."""
        heard = self._now(status, at_us)
        self._heard[status.gateway] = heard
        row = (status.gateway, _encode(heard))
        self._keep("INSERT OR REPLACE INTO gateway VALUES (?, ?)", [row])

    def brought(self, entries: Sequence[Entry]) -> None:
        """Take note of how late batches came, and of batteries."""
        for entry in entries:
            late_us = max(0, entry.received_us - _end_us(entry.batch))
            self._late[entry.gateway].append((entry.received_us, late_us))
        told = [_battery(entry) for entry in entries if entry.batch.stream == "battery"]
        if told:
            self._keep(_KEEP_BATTERY, told)

    def close(self) -> None:
        self._db.close()

    def _keep(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        with contextlib.suppress(sqlite3.OperationalError):  # a full disk: the next one may fit
            self._db.executemany(statement, rows)

    def _now(self, status: wire.GatewayStatus, at_us: int) -> Heard:
        before = self._heard.get(status.gateway)
        if status.online or before is None:
            return Heard(status, at_us, self._p95_us(status.gateway, at_us))
        return Heard(
            msgspec.structs.replace(before.status, online=False),
            before.heard_us,
            before.late_p95_us,
        )

    def _p95_us(self, gateway: str, now_us: int) -> int | None:
        late_us = sorted(
            late_us for at_us, late_us in self._late[gateway] if at_us > now_us - _LATELY_US
        )
        return late_us[len(late_us) * 95 // 100] if late_us else None


def last_heard(path: Path) -> list[Heard]:
    """Return every gateway that ever spoke, by name."""
    with layout.lent(path, _LAYOUT) as db:
        return _every(db) if db else []


def batteries(path: Path, devices: Collection[str]) -> dict[str, Battery]:
    """Return what those of some devices that ever spoke of their battery said last."""
    marks = ", ".join("?" * len(devices))
    query = f"SELECT * FROM battery WHERE device IN ({marks})"  # noqa: S608 - marks only
    with layout.lent(path, _LAYOUT) as db:
        said = db.execute(query, tuple(devices)) if db else ()
        return {name: Battery(*fields) for name, *fields in said}


def _battery(entry: Entry) -> tuple[str, int, int]:
    batch = entry.batch
    last = int.from_bytes(batch.samples[-batch.width :], "little", signed=True)
    at_us = min(_end_us(batch), entry.received_us)  # a clock ahead would outdo all that follows
    return batch.device, round(last * batch.scale), at_us


def _every(db: sqlite3.Connection) -> list[Heard]:
    return [_decode(said) for (said,) in db.execute("SELECT said FROM gateway ORDER BY name")]


def _end_us(batch: wire.Batch) -> int:
    """Return when the last sample of a batch was taken."""
    if batch.period_us is not None:
        return batch.start_us + round((batch.size - 1) * batch.period_us)
    return batch.start_us + int.from_bytes(batch.offsets_us[-4:], "little")


_encode = msgspec.msgpack.encode
_decode = msgspec.msgpack.Decoder(Heard).decode
