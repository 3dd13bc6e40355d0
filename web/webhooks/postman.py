"""Takes what waits to its address, again and again until it is taken or too old."""

import logging
from collections.abc import Callable, Collection
from typing import Final

import requests
from sqlalchemy import Connection

from ingest.store import Store
from people.trail import Trail
from web.accounts.tokens import Token
from web.webhooks import news, outbox, signing, subscriptions
from web.webhooks.news import News
from web.webhooks.outbox import Delivery
from web.webhooks.subscriptions import BadAddress, Webhook

log = logging.getLogger(__name__)

_TIMEOUT_S: Final = 10
_GONE: Final = 410
_DAY_US: Final = 86_400_000_000
_TIDY_US: Final = 3_600_000_000


class Untaken(Exception):
    """An address did not take what it was told."""


class Postman:
    """Tells what is due; no transaction is open while the network is waited for."""

    def __init__(
        self,
        store: Store,
        token: Callable[[str, int], Token | None],
        key: bytes,
        hosts: Collection[str],
        give_up_days: int,
        trail: Trail,
    ) -> None:
        self._store = store
        self._token = token
        self._key = key
        self._hosts = hosts
        self._give_up_us = give_up_days * _DAY_US
        self._trail = trail
        self._tidied_us = 0

    def round(self, now_us: int) -> int:
        """Try what is due; return how much was taken."""
        with self._store.reading() as db:
            found = outbox.due(db, now_us)
        silent: set[str] = set()
        taken = 0
        for each in found:
            if each.webhook not in silent:
                is_taken = self._deliver(each, now_us)
                taken += bool(is_taken)
                silent |= {each.webhook} if is_taken is False else set()
        if now_us - self._tidied_us >= _TIDY_US:  # not each time: a write wears a card out
            self._tidied_us = now_us
            self._store.write(lambda db: outbox.tidy(db, now_us, self._give_up_us))
        return taken

    def _deliver(self, each: Delivery, now_us: int) -> bool | None:
        """Tell whether it was taken; None: there was nothing to tell."""
        with self._store.reading() as db:
            hook = subscriptions.find(db, each.webhook)
            token = hook and self._token(hook.token, now_us)
            said = token and hook and news.compose(db, hook, token.scopes, each, now_us)
        if hook is None or token is None:
            self._store.write(lambda db: self._end(db, each.webhook, "its token ended", now_us))
            return None
        if said is None:
            self._store.write(lambda db: outbox.drop(db, each.id))
            return None
        self._store.write(lambda db: outbox.claim(db, each, now_us))
        if hook.actor.person != each.participant:
            self._trail.saw(hook.actor, [each.participant], "webhook", now_us=now_us)
        return self._tell(hook, each, said, now_us)

    def _tell(self, hook: Webhook, each: Delivery, said: News, now_us: int) -> bool:
        try:
            subscriptions.check(hook.url, self._hosts)
            secret = signing.secret_of(self._key, hook.id)
            _post(
                hook.url,
                said.body,
                signing.headers(secret, each.id, now_us // 10**6, said.body),
            )
        except (Untaken, BadAddress) as error:
            why = str(error)
            log.info("%s not taken by %s: %s", each.id, hook.id, why)
            self._store.write(lambda db: self._note(db, each, why, now_us))
            return False
        self._store.write(lambda db: _taken(db, each, said, now_us))
        return True

    def _note(self, db: Connection, each: Delivery, why: str, now_us: int) -> None:
        outbox.failed(db, each.id, why)
        outbox.put_off(db, each.webhook, now_us + outbox.wait_us(each.tries))
        if why == _says(_GONE):
            self._end(db, each.webhook, why, now_us)

    def _end(self, db: Connection, webhook: str, why: str, now_us: int) -> None:
        subscriptions.end(db, webhook, why, now_us)
        outbox.forget(db, webhook)


def _taken(db: Connection, each: Delivery, said: News, now_us: int) -> None:
    outbox.sent(db, each.id, now_us)
    if said.digests is not None:
        news.known(db, each, said.digests)


def _post(url: str, body: bytes, headers: dict[str, str]) -> None:
    heads = headers | {"content-type": "application/json", "user-agent": "kindstep"}
    try:
        answer = requests.post(
            url, data=body, headers=heads, timeout=_TIMEOUT_S, allow_redirects=False
        )
    except requests.RequestException as error:
        raise Untaken(type(error).__name__) from error
    if not 200 <= answer.status_code < 300:
        raise Untaken(_says(answer.status_code))


def _says(status: int) -> str:
    return f"it answers {status}"
