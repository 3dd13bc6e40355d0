"""Who is told of news, at which address and by whose leave."""

import ipaddress
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, insert, select, update

from coaching import records
from people.authorize import Actor, Role
from web.webhooks.tables import webhooks

_MOST: Final = 20  # that somebody may have at once


class Kind(StrEnum):
    """What there is news of."""

    EPOCHS = "epochs"
    SCORES = "scores"
    TICKETS = "tickets"


class BadAddress(ValueError):
    """News cannot be told there; the message says why."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """One address."""

    id: str
    actor: Actor
    token: str
    url: str
    kinds: frozenset[Kind]
    made_us: int
    step: int
    ended_us: int | None
    why: str | None


def begin(
    db: Connection, actor: Actor, token: str, url: str, kinds: Collection[Kind], now_us: int
) -> str:
    """Tell an address of what happens from now on; return the webhook's id."""
    if len(of_person(db, actor.person)) >= _MOST:
        raise BadAddress(f"nobody has more than {_MOST}")
    row = {
        "id": f"wh-{secrets.token_hex(8)}",
        "person": actor.person,
        "role": actor.role.value,
        "token": token,
        "url": url,
        "kinds": " ".join(sorted(kinds)),
        "made_us": now_us,
        "step": records.last_ticket_step(db),
    }
    db.execute(insert(webhooks).values(row))
    return str(row["id"])


def lasting(db: Connection) -> list[Webhook]:
    """Return all that are told."""
    return _read(db, webhooks.c.ended_us.is_(None))


def of_person(db: Connection, person: str) -> list[Webhook]:
    """Return somebody's that are told, the latest first."""
    return _read(db, webhooks.c.ended_us.is_(None) & (webhooks.c.person == person))


def find(db: Connection, webhook: str) -> Webhook | None:
    """Return one that is told."""
    found = _read(db, webhooks.c.ended_us.is_(None) & (webhooks.c.id == webhook))
    return found[0] if found else None


def end(db: Connection, webhook: str, why: str, now_us: int) -> None:
    """Tell an address no longer."""
    ended = update(webhooks).where(webhooks.c.id == webhook, webhooks.c.ended_us.is_(None))
    db.execute(ended.values(ended_us=now_us, why=why))


def looked(db: Connection, webhook: str, step: int) -> None:
    """Note up to which step of tickets an address was told."""
    db.execute(update(webhooks).where(webhooks.c.id == webhook).values(step=step))


def check(url: str, hosts: Collection[str]) -> None:
    """Raise BadAddress for an address that an operator has not allowed, or an open one."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadAddress("is no address") from error
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(host)):
        raise BadAddress("does not begin with https://")
    if parts.username is not None or parts.fragment:
        raise BadAddress("names a user or a fragment")
    if not {host, f"{host}:{port}"} & set(hosts):
        raise BadAddress("is not on a host that this hub's operator allows")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _read(db: Connection, which: Any) -> list[Webhook]:  # noqa: ANN401 - a clause
    query = select(webhooks).where(which).order_by(webhooks.c.made_us.desc(), webhooks.c.id)
    return [_webhook(row) for row in db.execute(query)]


def _webhook(row: Row[Any]) -> Webhook:
    return Webhook(
        id=row.id,
        actor=Actor(row.person, Role(row.role)),
        token=row.token,
        url=row.url,
        kinds=frozenset(map(Kind, row.kinds.split())),
        made_us=row.made_us,
        step=row.step,
        ended_us=row.ended_us,
        why=row.why,
    )
