"""What programs ask for, carried out in the hub's process."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from typing import Final

from sqlalchemy import Connection

from gateway import wire
from gateway.wire import Batch
from ingest.inbox import Settled
from ingest.reading import checked
from ingest.store import Store
from people import registry
from people.authorize import Action, Actor, Role, Topic, allowed
from web import programs
from web.programs import (
    Answer,
    Bring,
    Brought,
    Ended,
    NotDone,
    Request,
    Subscribed,
    Unsubscribe,
)
from web.webhooks import outbox, signing, subscriptions
from web.webhooks.subscriptions import BadAddress, Kind

_SETTLED_WITHIN_S: Final = 10.0

Take = Callable[[str, Batch], Future[Settled]]


class Programs:
    """Takes measurements in, and keeps who is told of news."""

    def __init__(self, store: Store, take: Take, key: bytes, hosts: Collection[str]) -> None:
        self._store = store
        self._take = take
        self._key = key
        self._hosts = hosts

    async def answer(self, actor: Actor, request: Request, now_us: int) -> Answer:
        """Do it, or say why not."""
        if isinstance(request, Bring):
            return await self._bring(actor, request, now_us)
        if isinstance(request, Unsubscribe):
            return await asyncio.to_thread(self._unsubscribe, actor, request, now_us)
        return await asyncio.to_thread(self._subscribe, actor, request, now_us)

    async def _bring(self, actor: Actor, request: Bring, now_us: int) -> Answer:
        read = _read(request)
        if isinstance(read, NotDone):
            return read
        strange = await asyncio.to_thread(self._strange, actor, read, now_us)
        if strange is not None:
            return strange
        waits = await asyncio.to_thread(self._take_all, request.source, read)
        try:
            async with asyncio.timeout(_SETTLED_WITHIN_S):
                found = [await asyncio.wrap_future(each) for each in waits]
        except TimeoutError:
            return NotDone(why="busy", says="It is not durable yet. Send it again.")
        told = [_settled(batch, each) for batch, each in zip(read, found, strict=True)]
        return Brought(batches=tuple(told))

    def _take_all(self, source: str, batches: Sequence[Batch]) -> list[Future[Settled]]:
        return [self._take(source, batch) for batch in batches]

    def _strange(self, actor: Actor, batches: Sequence[Batch], now_us: int) -> NotDone | None:
        """Name the first batch that this actor may not bring."""
        with self._store.reading() as db:
            for place, batch in enumerate(batches):
                if not _may_bring(db, actor, batch, now_us):
                    says = "is no device of yours at that time"
                    return NotDone(why="unseen", where=f"batches/{place}/device", says=says)
        return None

    def _subscribe(self, actor: Actor, request: programs.Subscribe, now_us: int) -> Answer:
        kinds = frozenset(map(Kind, request.kinds))

        def begin(db: Connection) -> str:
            return subscriptions.begin(db, actor, request.token, request.url, kinds, now_us)

        try:
            subscriptions.check(request.url, self._hosts)
            made = self._store.write(begin)
        except BadAddress as error:
            return NotDone(why="unusable", where="url", says=str(error))
        return Subscribed(webhook=made, secret=signing.secret_of(self._key, made))

    def _unsubscribe(self, actor: Actor, request: Unsubscribe, now_us: int) -> Answer:
        def end(db: Connection) -> bool:
            found = subscriptions.find(db, request.webhook)
            if found is None or found.actor != actor:
                return False
            subscriptions.end(db, found.id, "ended by its owner", now_us)
            outbox.forget(db, found.id)
            return True

        return Ended() if self._store.write(end) else NotDone(why="unseen")


def _read(request: Bring) -> list[Batch] | NotDone:
    found: list[Batch] = []
    for place, payload in enumerate(request.batches):
        try:
            batch = wire.decode_batch(payload)
            found.append(checked(batch, batch.device))
        except wire.BrokenContract as broken:
            return NotDone(why="unusable", where=f"batches/{place}", says=str(broken))
    return found


def _may_bring(db: Connection, actor: Actor, batch: Batch, now_us: int) -> bool:
    """Tell whether it is of what they wore then; who runs the hub brings anything."""
    if actor.role is Role.OPERATOR:
        return allowed(db, actor, Action.OPERATE, "hub", now_us=now_us)
    is_theirs = registry.wearer(db, batch.device, batch.start_us) == actor.person
    return is_theirs and allowed(
        db, actor, Action.SET, actor.person, Topic.ACTIVITY, now_us=now_us
    )


def _settled(batch: Batch, found: Settled) -> programs.Settled:
    return programs.Settled(
        batch.device,
        batch.boot,
        batch.stream,
        batch.sequence,
        found.stored,
        found.duplicates,
        found.upto,
    )
