"""What is to leave by which channel: each message once an address, until too late."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from coaching.post import addresses
from coaching.post.addresses import Address
from coaching.post.channels import Kind, Parcel
from coaching.tables import addresses as address_table
from coaching.tables import messages, outbox
from ingest.store import insert_once

_FIRST_WAIT_US = 30_000_000
_LONGEST_WAIT_US = 3_600_000_000
_TOLD_WITHIN_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A parcel that has not left yet."""

    parcel: Parcel
    channel: Kind
    address_id: str
    occasion: str  # of its message
    tries: int


def queue(db: Connection, lock_texts: Mapping[int, str], now_us: int, again: str = "") -> None:
    """Put messages in the outbox for each of their receivers' addresses; none twice.

    What was asked for once more is another parcel, named by `again`.
    """
    columns = (messages.c.id, messages.c.participant, messages.c.expires_us)
    found = db.execute(select(*columns).where(messages.c.id.in_(lock_texts))).all()
    reached = addresses.of(db, {row.participant for row in found})
    for message, participant, expires_us in found:
        for each in reached.get(participant, []):
            key = f"{message}{again}:{each.id}"
            row = _row(key, message, each, lock_texts[message], now_us)
            insert_once(db, outbox, row | {"expires_us": expires_us})


def tell(
    db: Connection, message: int, people: Collection[str], text: str, now_us: int, about: str
) -> None:
    """Let others know of a message that is not theirs, by their addresses; told once."""
    for found in addresses.of(db, people).values():
        for each in found:
            row = _row(f"{message}{about}:{each.id}", message, each, text, now_us)
            insert_once(db, outbox, row | {"expires_us": now_us + _TOLD_WITHIN_US})


def due(db: Connection, now_us: int, limit: int) -> list[Waiting]:
    """Return what should be tried now, the oldest first."""
    waiting = outbox.c.sent_us.is_(None) & outbox.c.failed_us.is_(None)
    query = (
        select(outbox, messages.c.occasion, address_table.c.address.label("where"))
        .join(address_table, address_table.c.id == outbox.c.address)
        .join(messages, messages.c.id == outbox.c.message)
        .where(waiting, outbox.c.next_us <= now_us, outbox.c.expires_us > now_us)
        .order_by(outbox.c.next_us)
        .limit(limit)
    )
    return [_waiting(row) for row in db.execute(query)]


def claim(db: Connection, each: Waiting, now_us: int) -> None:
    """Count a try before it is made: a hub that dies in between tries again later."""
    wait_us = min(_FIRST_WAIT_US << each.tries, _LONGEST_WAIT_US)
    _set(db, each.parcel.key, tries=each.tries + 1, next_us=now_us + wait_us)


def put_off(db: Connection, key: str, until_us: int) -> None:
    """Try no sooner than this."""
    _set(db, key, next_us=until_us)


def sent(db: Connection, key: str, ref: str | None, now_us: int) -> None:
    """Note that a channel took it."""
    _set(db, key, sent_us=now_us, ref=ref)


def failed(db: Connection, key: str, why: str, now_us: int | None) -> None:
    """Note why it did not leave; with an instant, it never will."""
    _set(db, key, why=why, failed_us=now_us)


def expire(db: Connection, now_us: int) -> None:
    """Give up what is too late."""
    waiting = outbox.c.sent_us.is_(None) & outbox.c.failed_us.is_(None)
    late = update(outbox).where(waiting, outbox.c.expires_us <= now_us)
    db.execute(late.values(failed_us=now_us, why=func.coalesce(outbox.c.why, "too late")))


def delivered(db: Connection, key: str, at_us: int) -> bool:
    """Note a receipt, also a late one; the first counts. Tell whether it was awaited."""
    this = (outbox.c.key == key) & outbox.c.delivered_us.is_(None)
    row = db.execute(update(outbox).where(this).values(delivered_us=at_us, lost_us=None))
    theirs = (outbox.c.key == key) & (outbox.c.participant == messages.c.participant)
    message = select(outbox.c.message).where(theirs).correlate(messages).scalar_subquery()
    first = (messages.c.id == message) & messages.c.delivered_us.is_(None)
    db.execute(update(messages).where(first).values(delivered_us=at_us))
    return row.rowcount > 0


def receiver(db: Connection, key: str) -> str | None:
    """Return whose parcel it is."""
    return db.scalar(select(outbox.c.participant).where(outbox.c.key == key))


def unconfirmed(db: Connection) -> list[tuple[str, Kind, str]]:
    """Return key, channel and name of what left and may still be confirmed by its channel."""
    open_ = outbox.c.delivered_us.is_(None) & outbox.c.ref.is_not(None)
    query = select(outbox.c.key, outbox.c.channel, outbox.c.ref)
    rows = db.execute(query.where(open_, outbox.c.lost_us.is_(None)))
    return [(row.key, Kind(row.channel), row.ref) for row in rows]


def lose(db: Connection, channels: Collection[Kind], before_us: int, now_us: int) -> set[str]:
    """Note what left before an instant and was never confirmed; return whose it was."""
    names = [each.value for each in channels]
    silent = (
        (outbox.c.sent_us < before_us)
        & outbox.c.delivered_us.is_(None)
        & outbox.c.lost_us.is_(None)
        & outbox.c.channel.in_(names)
    )
    whose = set(db.scalars(select(outbox.c.participant).where(silent)))
    if whose:
        db.execute(update(outbox).where(silent).values(lost_us=now_us))
    return whose


def lost_in_a_row(db: Connection, participants: Collection[str], since_us: int) -> Counter[str]:
    """Count each person's notifications since an instant and the last one with a receipt."""
    told = outbox.c.delivered_us.is_not(None) | outbox.c.lost_us.is_not(None)
    mine = outbox.c.participant.in_(participants) & (outbox.c.sent_us >= since_us)
    query = select(outbox.c.participant, outbox.c.lost_us).where(mine, told)
    found = Counter[str]()
    for who, lost_us in db.execute(query.order_by(outbox.c.sent_us)):
        if lost_us is None:
            del found[who]
        else:
            found[who] += 1
    return found


def _row(key: str, message: int, to: Address, text: str, now_us: int) -> dict[str, object]:
    return {
        "key": key,
        "message": message,
        "participant": to.participant,
        "channel": to.channel.value,
        "address": to.id,
        "lock_text": text,
        "queued_us": now_us,
        "next_us": now_us,
        "tries": 0,
    }


def _set(db: Connection, key: str, **values: object) -> None:
    db.execute(update(outbox).where(outbox.c.key == key).values(values))


def _waiting(row: Row[Any]) -> Waiting:
    parcel = Parcel(
        key=row.key,
        message=row.message,
        participant=row.participant,
        address=row.where,
        lock_text=row.lock_text,
        expires_us=row.expires_us,
    )
    return Waiting(parcel, Kind(row.channel), row.address, row.occasion, row.tries)
