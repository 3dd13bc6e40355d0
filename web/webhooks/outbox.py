"""What is to be told: queued with what it tells of, tried until it is taken or too old."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, case, delete, func, insert, select, update

from web.webhooks.subscriptions import Kind
from web.webhooks.tables import deliveries, told

GATHER_US: Final = 5_000_000  # what changes again meanwhile is told once
_FIRST_WAIT_US: Final = 15_000_000
_LONGEST_WAIT_US: Final = 3_600_000_000
_KEPT_US: Final = 7 * 86_400_000_000  # of what was taken
_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing to tell an address of. Its id is the same at every try."""

    id: str
    webhook: str
    kind: Kind
    participant: str
    about: str
    queued_us: int
    next_us: int
    tries: int
    sent_us: int | None
    failed_us: int | None
    why: str | None

    @property
    def state(self) -> str:
        """How far it came."""
        if self.sent_us is not None:
            return "sent"
        return "waiting" if self.failed_us is None else "dead"


@dataclass(frozen=True, slots=True)
class Counts:
    """How an address takes what it is told."""

    waiting: int
    dead: int
    why: str | None  # the last try of what waits, or is dead, failed


def queue(
    db: Connection,
    webhook: str,
    news: Iterable[tuple[Kind, str, str]],
    now_us: int,
    gather_us: int,
) -> None:
    """Queue (kind, participant, about), but for what waits and was never tried."""
    columns = (deliveries.c.kind, deliveries.c.participant, deliveries.c.about)
    untried = (deliveries.c.webhook == webhook) & _open() & (deliveries.c.tries == 0)
    waiting = {
        (Kind(row[0]), row[1], row[2]) for row in db.execute(select(*columns).where(untried))
    }
    rows = [
        {
            "id": f"msg_{secrets.token_hex(12)}",
            "webhook": webhook,
            "kind": kind.value,
            "participant": participant,
            "about": about,
            "queued_us": now_us,
            "next_us": now_us + gather_us,
            "tries": 0,
        }
        for kind, participant, about in dict.fromkeys(news)
        if (kind, participant, about) not in waiting
    ]
    if rows:
        db.execute(insert(deliveries), rows)


def due(db: Connection, now_us: int) -> list[Delivery]:
    """Return what should be tried now, the oldest first."""
    query = select(deliveries).where(_open(), deliveries.c.next_us <= now_us)
    query = query.order_by(deliveries.c.next_us, deliveries.c.id).limit(_AT_ONCE)
    return [_delivery(row) for row in db.execute(query)]


def claim(db: Connection, each: Delivery, now_us: int) -> None:
    """Count a try before it is made: a hub that dies in between tries again later."""
    _set(db, each.id, tries=each.tries + 1, next_us=now_us + wait_us(each.tries))


def wait_us(tries: int) -> int:
    """Return how long to wait after so many tries that failed."""
    return min(_FIRST_WAIT_US << min(tries, 20), _LONGEST_WAIT_US)


def put_off(db: Connection, webhook: str, until_us: int) -> None:
    """Try nothing of an address sooner than this: it does not answer."""
    mine = (deliveries.c.webhook == webhook) & _open() & (deliveries.c.next_us < until_us)
    db.execute(update(deliveries).where(mine).values(next_us=until_us))


def sent(db: Connection, delivery: str, now_us: int) -> None:
    """Note that it was taken."""
    _set(db, delivery, sent_us=now_us, why=None)


def failed(db: Connection, delivery: str, why: str) -> None:
    """Note why it was not taken."""
    _set(db, delivery, why=why)


def drop(db: Connection, delivery: str) -> None:
    """Forget what there is nothing to tell of: nothing changed, or it may not be seen."""
    db.execute(delete(deliveries).where(deliveries.c.id == delivery))


def tidy(db: Connection, now_us: int, give_up_us: int) -> None:
    """Give up what was tried for too long, and forget what was taken long ago."""
    old = deliveries.c.queued_us <= now_us - give_up_us
    given_up = update(deliveries).where(_open(), old).values(failed_us=now_us)
    db.execute(given_up)
    db.execute(delete(deliveries).where(deliveries.c.sent_us <= now_us - _KEPT_US))


def forget(db: Connection, webhook: str) -> None:
    """Forget all that waits for an address that is told no longer."""
    db.execute(delete(deliveries).where(deliveries.c.webhook == webhook, _open()))
    db.execute(delete(told).where(told.c.webhook == webhook))


def of_webhook(db: Connection, webhook: str, limit: int) -> list[Delivery]:
    """Return what an address was told, or is to be, the latest first."""
    query = select(deliveries).where(deliveries.c.webhook == webhook)
    query = query.order_by(deliveries.c.queued_us.desc(), deliveries.c.id).limit(limit)
    return [_delivery(row) for row in db.execute(query)]


def counts(db: Connection, webhook: str) -> Counts:
    """Return how much of what an address is told waits and is dead."""
    waits = func.coalesce(func.sum(case((deliveries.c.failed_us.is_(None), 1), else_=0)), 0)
    mine = (deliveries.c.webhook == webhook) & deliveries.c.sent_us.is_(None)
    waiting, every = db.execute(select(waits, func.count()).where(mine)).one()
    why = select(deliveries.c.why).where(mine, deliveries.c.why.is_not(None))
    last = db.scalar(why.order_by(deliveries.c.next_us.desc()).limit(1))
    return Counts(waiting, every - waiting, last)


def _open() -> Any:  # noqa: ANN401 - a clause
    return deliveries.c.sent_us.is_(None) & deliveries.c.failed_us.is_(None)


def _set(db: Connection, delivery: str, **values: object) -> None:
    db.execute(update(deliveries).where(deliveries.c.id == delivery).values(values))


def _delivery(row: Row[Any]) -> Delivery:
    fields: dict[str, Any] = {name: getattr(row, name) for name in Delivery.__slots__}
    fields["kind"] = Kind(row.kind)
    return Delivery(**fields)
