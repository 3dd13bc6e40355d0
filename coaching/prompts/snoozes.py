"""What a person wants to hear nothing of for a while: everything, or one kind."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, select

from coaching.tables import snoozes
from ingest.store import upsert

EVERYTHING = ""


class Snoozed(frozenset[str]):
    """Occasions that are snoozed; `in` also holds for each one while everything is."""

    def __contains__(self, occasion: object) -> bool:
        return super().__contains__(EVERYTHING) or super().__contains__(occasion)


def snooze(db: Connection, participant: str, occasion: str, until_us: int) -> None:
    """Keep an occasion away until an instant; the latest word holds."""
    row = {"participant": participant, "occasion": occasion, "until_us": until_us}
    db.execute(upsert(db, snoozes), row)


def wake(db: Connection, participant: str, occasion: str) -> None:
    """Let an occasion in again."""
    this = (snoozes.c.participant == participant) & (snoozes.c.occasion == occasion)
    db.execute(delete(snoozes).where(this))


def lasting(db: Connection, participants: Collection[str], now_us: int) -> dict[str, Snoozed]:
    """Return what each of these people wants to hear nothing of now."""
    query = select(snoozes.c.participant, snoozes.c.occasion).where(
        snoozes.c.participant.in_(participants), snoozes.c.until_us > now_us
    )
    found: dict[str, set[str]] = {}
    for participant, occasion in db.execute(query):
        found.setdefault(participant, set()).add(occasion)
    return {participant: Snoozed(occasions) for participant, occasions in found.items()}
