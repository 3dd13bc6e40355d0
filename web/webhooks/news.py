"""What is told: read when it leaves, as far as whoever is told may see it then."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from analytics import scores
from coaching import records
from ingest.store import upsert
from people import registry
from people.authorize import Action, Topic, allowed
from web import told
from web.accounts.scopes import Scope
from web.webhooks import tables
from web.webhooks.outbox import Delivery
from web.webhooks.subscriptions import Kind, Webhook

_HOUR_US: Final = 3_600_000_000
NEEDS: Final = {
    Kind.EPOCHS: (Scope.ACTIVITY, Topic.ACTIVITY),
    Kind.SCORES: (Scope.ACTIVITY, Topic.ACTIVITY),
    Kind.TICKETS: (Scope.TICKETS, Topic.MESSAGES),
}


@dataclass(frozen=True, slots=True)
class Epochs:
    """Hours of somebody's day that changed: their minutes replace what was told before."""

    participant: str
    day: date
    withheld: tuple[str, ...]
    hours: tuple[datetime, ...]
    items: tuple[told.Epoch, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """The score of a day, as it is now."""

    participant: str
    score: told.Score


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done with a red flag."""

    participant: str
    ticket: int
    kind: str
    says: str
    what: str  # opened, taken, escalated or resolved
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class News:
    """What leaves, and what is then known there."""

    body: bytes
    digests: bytes | None  # none: it is told once anyway


def compose(
    db: Connection, hook: Webhook, scopes: Collection[Scope], each: Delivery, now_us: int
) -> News | None:
    """Return what there is to tell; None when nothing changed or it may not be seen."""
    scope, topic = NEEDS[each.kind]
    who = each.participant
    if scope not in scopes or not allowed(
        db, hook.actor, Action.SEE, who, topic, now_us=now_us
    ):
        return None
    match each.kind:
        case Kind.EPOCHS:
            hearts = Scope.HEART_RATE in scopes and allowed(
                db, hook.actor, Action.SEE, who, Topic.HEART_RATE, now_us=now_us
            )
            return _epochs(db, each, now_us, hearts=hearts)
        case Kind.SCORES:
            return _score(db, each, now_us)
        case Kind.TICKETS:
            return _step(db, each, now_us)


def known(db: Connection, each: Delivery, digests: bytes) -> None:
    """Note what is known there of a day from now on."""
    row = {
        "webhook": each.webhook,
        "participant": each.participant,
        "day": date.fromisoformat(each.about),
        "kind": each.kind.value,
        "digests": digests,
    }
    db.execute(upsert(db, tables.told), row)


def _epochs(db: Connection, each: Delivery, now_us: int, *, hearts: bool) -> News | None:
    day = date.fromisoformat(each.about)
    start_us, end_us = registry.day_bounds_us(db, each.participant, day)
    found = told.minutes(db, each.participant, start_us, end_us)
    by_hour = {
        hour_us: tuple(told.epoch(minute, hearts=hearts) for minute in minutes)
        for hour_us, minutes in groupby(found, lambda minute: minute[0] // _HOUR_US * _HOUR_US)
    }
    before = _digests(db, each)
    now = {str(hour_us): _digest(minutes) for hour_us, minutes in by_hour.items()}
    changed = sorted(
        int(hour) for hour in now.keys() | before if now.get(hour) != before.get(hour)
    )
    if not changed:
        return None
    items = tuple(minute for hour_us in changed for minute in by_hour.get(hour_us, ()))
    withheld = () if hearts else (Topic.HEART_RATE.value,)
    hours = tuple(map(told.moment, changed))
    data = Epochs(each.participant, day, withheld, hours, items)
    return _news(each, data, now_us, now)


def _score(db: Connection, each: Delivery, now_us: int) -> News | None:
    found = scores.score(db, each.participant, date.fromisoformat(each.about))
    if found is None:
        return None
    data = Scored(each.participant, told.score(found))
    now = {"score": _digest(data)}
    return None if now == _digests(db, each) else _news(each, data, now_us, now)


def _step(db: Connection, each: Delivery, now_us: int) -> News | None:
    found = records.ticket_step(db, int(each.about))
    if found is None:
        return None
    step, ticket = found
    at = told.moment(step.at_us)
    data = Step(
        each.participant, ticket.id, ticket.kind, str(ticket.says), step.what, step.who, at
    )
    return News(_body(each, data, now_us), None)


def _news(each: Delivery, data: object, now_us: int, digests: dict[str, bytes]) -> News:
    return News(_body(each, data, now_us), msgspec.msgpack.encode(digests))


def _body(each: Delivery, data: object, now_us: int) -> bytes:
    timestamp = told.moment(now_us)
    return msgspec.json.encode({"type": each.kind, "timestamp": timestamp, "data": data})


def _digests(db: Connection, each: Delivery) -> dict[str, bytes]:
    columns = tables.told.c
    query = select(columns.digests).where(
        columns.webhook == each.webhook,
        columns.participant == each.participant,
        columns.day == date.fromisoformat(each.about),
        columns.kind == each.kind.value,
    )
    kept = db.scalar(query)
    return {} if kept is None else msgspec.msgpack.decode(kept, type=dict[str, bytes])


def _digest(said: object) -> bytes:
    return hashlib.sha256(msgspec.json.encode(said)).digest()[:8]
