"""Takes parcels from the outbox to their channels, again if one fails; awaits receipts."""

import logging
from collections.abc import Mapping

from sqlalchemy import Connection

from coaching import members
from coaching.members import Member
from coaching.post import addresses, delivery, outbox
from coaching.post.channels import Channel, Kind, Undelivered
from coaching.post.outbox import Waiting
from coaching.safety.alarm import OCCASION
from ingest.store import Store
from people import registry

log = logging.getLogger(__name__)

#: Channels that confirm; e-mail and webhooks do not.
CONFIRMED = (Kind.WEB_PUSH, Kind.WEARABLE)
_AT_ONCE = 100


class Postman:
    """Sends what is due; no transaction is open while the network is waited for."""

    def __init__(
        self, store: Store, channels: Mapping[Kind, Channel], *, receipt_within_us: int
    ) -> None:
        self._store = store
        self._channels = channels
        self._receipt_within_us = receipt_within_us

    def round(self, now_us: int) -> int:
        """Send what is due and look for receipts; return how many parcels left."""
        left = 0
        for each in self._store.write(lambda db: _prepare(db, now_us)):
            left += self._send(each, now_us)
        self._confirm(now_us)
        return left

    def _send(self, each: Waiting, now_us: int) -> bool:
        channel, key = self._channels.get(each.channel), each.parcel.key
        if channel is None:
            why = f"this hub has no {each.channel.value}"
            self._store.write(lambda db: outbox.failed(db, key, why, now_us))
            return False
        try:
            ref = channel.send(each.parcel, now_us)
        except Undelivered as undelivered:
            failure = undelivered
        else:
            self._store.write(lambda db: outbox.sent(db, key, ref, now_us))
            return True
        log.info("parcel %s not delivered by %s: %s", key, each.channel, failure)
        self._store.write(lambda db: _note(db, each, failure, now_us))
        return False

    def _confirm(self, now_us: int) -> None:
        with self._store.reading() as db:
            asked = outbox.unconfirmed(db)
        receipts = {
            key: channel.receipt_us(ref)
            for key, kind, ref in asked
            if (channel := self._channels.get(kind)) is not None
        }
        known = {key: at_us for key, at_us in receipts.items() if at_us is not None}
        self._store.write(lambda db: self._close(db, known, now_us))

    def _close(self, db: Connection, known: Mapping[str, int], now_us: int) -> None:
        for key, at_us in known.items():
            outbox.delivered(db, key, at_us)
        outbox.lose(db, CONFIRMED, now_us - self._receipt_within_us, now_us)


def _prepare(db: Connection, now_us: int) -> list[Waiting]:
    """Claim what is due; what became due in a participant's quiet hours waits for their end."""
    outbox.expire(db, now_us)
    found = outbox.due(db, now_us, _AT_ONCE)
    enrolled = members.read(db, {each.parcel.participant for each in found})
    ready: list[Waiting] = []
    for each in found:
        may_us = _may_us(db, each, enrolled.get(each.parcel.participant), now_us)
        if may_us > now_us:
            outbox.put_off(db, each.parcel.key, may_us)
        else:
            outbox.claim(db, each, now_us)
            ready.append(each)
    return ready


def _may_us(db: Connection, each: Waiting, member: Member | None, now_us: int) -> int:
    """Return when a parcel may leave: a red flag, and what is a coach's, at any hour."""
    if member is None or each.occasion == OCCASION:
        return now_us
    calendar = registry.calendar(db, member.participant)
    return delivery.after_quiet_us(member, calendar, now_us)


def _note(db: Connection, each: Waiting, failure: Undelivered, now_us: int) -> None:
    outbox.failed(db, each.parcel.key, str(failure), now_us if failure.gone else None)
    if failure.gone:
        addresses.remove(db, each.parcel.participant, each.address_id)
