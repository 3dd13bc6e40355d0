"""What gateways were asked to do, until they answer or it is too late; kept for a month."""

import secrets
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from gateway.wire import (
    Answer,
    Command,
    CommandKind,
    GatewayStatus,
    Seen,
    command_topic,
    encode,
)
from ingest import layout

Publish: TypeAlias = Callable[[str, bytes], None]  # topic, payload

#: How loud an alert is that is to be found, and one that ends it.
LOUD: Final = 2
SILENT: Final = 0

_VALID_US: Final = {
    "alert": 60_000_000,  # glasses that ring an hour later help nobody
    "set_time": 3_600_000_000,
    "forget_bond": 86_400_000_000,
    "restart": 60_000_000,
    "pause": 86_400_000_000,
    "resume": 86_400_000_000,
    "pair": 120_000_000,
    "passkey": 30_000_000,  # then the device has given up
}
_AT_HAND: Final = ("streaming", "handing_over", "connecting", "waiting", "seen")
_TO_PAIR: Final = (*_AT_HAND, "paused", "bond_lost")  # what wants to be paired is let alone
_UNHEARD_DBM: Final = -128

_LAYOUT: Final = 1
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS command (
    id TEXT PRIMARY KEY, device TEXT NOT NULL, expires_us INTEGER NOT NULL,
    command BLOB NOT NULL, answer BLOB
) STRICT;
CREATE INDEX IF NOT EXISTS command_of ON command (device, expires_us);
CREATE INDEX IF NOT EXISTS command_ended ON command (expires_us);
"""
_KEPT_US: Final = 30 * 86_400_000_000  # after it was too late, for whoever asks what came of it


class Asked(msgspec.Struct, frozen=True):
    """A command, and what became of it."""

    command: Command
    answer: Answer | None  # none: nobody knows

    @property
    def at_us(self) -> int:
        """When it was asked for."""
        return self.command.expires_us - _VALID_US[self.command.kind]

    def waits(self, now_us: int) -> bool:
        """Return whether an answer may still come."""
        return self.answer is None and now_us < self.command.expires_us


def alerts(path: Path, device: str, since_us: int) -> list[Asked]:
    """Return what a hub keeps of this, for another process; oldest first."""
    with layout.lent(path, _LAYOUT) as db:
        return _alerts(db, device, since_us) if db else []


def pairings(path: Path, device: str, since_us: int) -> list[Asked]:
    """Return how a device was to be paired, in the same way."""
    with layout.lent(path, _LAYOUT) as db:
        return _asked(db, device, "pair", since_us) if db else []


class Commands:
    """Sends each command to the gateway that has the device, and again when one turns up."""

    def __init__(self, path: Path, publish: Publish) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._publish = publish
        self._lock = threading.RLock()
        self._gateways: dict[str, GatewayStatus] = {}
        self._db = layout.opened(path, _SCHEMA, _LAYOUT)

    def send(self, device: str, kind: CommandKind, level: int, now_us: int) -> str:
        """Ask whichever gateway has the device, now or before it is too late; return an id."""
        return self._send(
            Command(
                id=secrets.token_hex(8),
                device=device,
                kind=kind,
                level=level,
                expires_us=now_us + _VALID_US[kind],
            ),
            now_us,
        )

    def pair(self, device: str, passkey: int, now_us: int) -> str:
        """Have a device paired by the passkey that it shows; return an id."""
        return self._send(
            Command(
                id=secrets.token_hex(8),
                device=device,
                kind="pair",
                method="entry",
                passkey=passkey,
                expires_us=now_us + _VALID_US["pair"],
            ),
            now_us,
        )

    def hears(self, device: str, kind: CommandKind) -> bool:
        """Tell whether a gateway has a device at hand for a command of this kind."""
        with self._lock:
            return self._gateway_of(device, kind) is not None

    def _send(self, command: Command, now_us: int) -> str:
        row = (
            command.id,
            command.device,
            command.expires_us,
            msgspec.msgpack.encode(command),
        )
        with self._lock:
            self._db.execute("DELETE FROM command WHERE expires_us < ?", (now_us - _KEPT_US,))
            self._db.execute("INSERT INTO command VALUES (?, ?, ?, ?, NULL)", row)
            gateway = self._gateway_of(command.device, command.kind)
        if gateway is not None:
            self._publish(command_topic(gateway), encode(command))
        return command.id

    def seen(self, status: GatewayStatus, now_us: int) -> None:
        """Note who a gateway has, and send it what waits for one of them.

        It may be for the second time: a gateway does nothing twice for one id.
        """
        with self._lock:
            self._gateways[status.gateway] = status
            due = self.outstanding(now_us) if status.online else []
            theirs = [c for c in due if self._gateway_of(c.device, c.kind) == status.gateway]
        for command in theirs:
            self._publish(command_topic(status.gateway), encode(command))

    def answered(self, answer: Answer) -> None:
        """Note what became of a command."""
        with self._lock:
            self._db.execute(
                "UPDATE command SET answer = ? WHERE id = ?",
                (msgspec.msgpack.encode(answer), answer.id),
            )

    def answer(self, command_id: str) -> Answer | None:
        """Return what became of a command, None while nobody knows."""
        with self._lock:
            row = self._db.execute(
                "SELECT answer FROM command WHERE id = ?", (command_id,)
            ).fetchone()
        return _answer(row[0]) if row and row[0] else None

    def alerts(self, device: str, since_us: int) -> list[Asked]:
        """Return how a device was asked to ring or to end it, oldest first."""
        with self._lock:
            return _alerts(self._db, device, since_us)

    def pairings(self, device: str, since_us: int) -> list[Asked]:
        """Return how a device was to be paired, oldest first."""
        with self._lock:
            return _asked(self._db, device, "pair", since_us)

    def outstanding(self, now_us: int) -> list[Command]:
        """Return what still waits for an answer, oldest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT command FROM command WHERE answer IS NULL AND expires_us > ? "
                "ORDER BY rowid",
                (now_us,),
            )
            return [_command(command) for (command,) in rows]

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _gateway_of(self, device: str, kind: CommandKind) -> str | None:
        """Return the online gateway nearest to a device."""
        at_hand = _TO_PAIR if kind == "pair" else _AT_HAND
        near = [
            (_nearness(seen), status.gateway)
            for status in self._gateways.values()
            if status.online
            for seen in status.devices
            if seen.device == device and seen.state in at_hand
        ]
        return max(near)[1] if near else None


def _alerts(db: sqlite3.Connection, device: str, since_us: int) -> list[Asked]:
    found = _asked(db, device, "alert", since_us)
    return [each for each in found if each.command.level in (LOUD, SILENT)]


def _asked(
    db: sqlite3.Connection, device: str, kind: CommandKind, since_us: int
) -> list[Asked]:
    query = (
        "SELECT command, answer FROM command WHERE device = ? AND expires_us > ? ORDER BY rowid"
    )
    found = [
        Asked(_command(command), _answer(answer) if answer else None)
        for command, answer in db.execute(query, (device, since_us))
    ]
    return [each for each in found if each.command.kind == kind and each.at_us > since_us]


def _nearness(seen: Seen) -> tuple[int, int]:
    heard_dbm = _UNHEARD_DBM if seen.rssi_dbm is None else seen.rssi_dbm
    return -_TO_PAIR.index(seen.state), heard_dbm


_command = msgspec.msgpack.Decoder(Command).decode
_answer = msgspec.msgpack.Decoder(Answer).decode
