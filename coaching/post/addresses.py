"""Where people want to be reached. These are names of people: no export ever has them."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from coaching.post.channels import Kind
from coaching.tables import addresses
from ingest.store import upsert


@dataclass(frozen=True, slots=True)
class Address:
    """One way to reach one person."""

    id: str
    participant: str
    channel: Kind
    address: str
    since_us: int


def add(db: Connection, participant: str, channel: Kind, address: str, now_us: int) -> str:
    """Keep an address; one that is known stays as it is."""
    name = hashlib.sha256(f"{participant}/{channel}/{address}".encode()).hexdigest()[:16]
    row = {
        "id": name,
        "participant": participant,
        "channel": channel.value,
        "address": address,
        "since_us": now_us,
    }
    db.execute(upsert(db, addresses), row)
    return name


def of(db: Connection, participants: Collection[str]) -> dict[str, list[Address]]:
    """Return where each of these people is reached."""
    query = select(addresses).where(addresses.c.participant.in_(participants))
    found: dict[str, list[Address]] = {}
    for row in db.execute(query.order_by(addresses.c.since_us, addresses.c.id)):
        each = Address(row.id, row.participant, Kind(row.channel), row.address, row.since_us)
        found.setdefault(row.participant, []).append(each)
    return found


def remove(db: Connection, participant: str, address_id: str) -> bool:
    """Forget an address; tell whether it was theirs."""
    mine = (addresses.c.id == address_id) & (addresses.c.participant == participant)
    return db.execute(delete(addresses).where(mine)).rowcount > 0
