"""When a study's protocol was locked: from then on it changes only with a reason on record."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from coaching.tables import protocol_locks


class ProtocolChanged(RuntimeError):
    """The protocol is not the one that was locked."""


@dataclass(frozen=True, slots=True)
class Lock:
    """One time that a protocol was locked."""

    digest: str
    at_us: int
    who: str
    reason: str


def lock(db: Connection, made: Lock) -> None:
    """Note that a protocol holds from now on."""
    row = {name: getattr(made, name) for name in Lock.__slots__}
    db.execute(insert(protocol_locks).values(row))


def history(db: Connection) -> list[Lock]:
    """Return every lock, the latest first."""
    columns = [protocol_locks.c[name] for name in Lock.__slots__]
    rows = db.execute(select(*columns).order_by(protocol_locks.c.id.desc()))
    return [Lock(*row) for row in rows]


def check(db: Connection, digest: str) -> None:
    """Raise ProtocolChanged for another protocol than the one locked last."""
    locked = history(db)
    if locked and locked[0].digest != digest:
        was = locked[0].digest[:16]
        raise ProtocolChanged(
            f"the study's protocol has hash {digest[:16]}, but {was} was locked: "
            "put study.toml back, or say why it changes: kindstep study lock --reason ..."
        )
