"""Asks again all the time what open pages may show: one look for all of them.

A page that finds its answer too old asks for itself, so that nothing is shown on an old one.
"""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Callable, Collection, Generator
from typing import Final

from sqlalchemy.exc import DBAPIError
from starlette.concurrency import run_in_threadpool

from ingest.store import Store
from web.accounts import Accounts
from web.live import Key
from web.sight import NOBODY, Scope, Seen, Sight, keys_of

log = logging.getLogger(__name__)

_TURN_S: Final = 0.7
_OLDEST_US: Final = 1_500_000  # what was withdrawn is hidden within two seconds
_OWN_READ_US: Final = 60_000_000  # nobody can withdraw from people what is their own


class Watch:
    """Knows what each open page may show; an answer that is used is fresh."""

    def __init__(self, store: Store, accounts: Accounts, now_us: Callable[[], int]) -> None:
        self._store = store
        self._accounts = accounts
        self._now_us = now_us
        self._open: set[Sight] = set()

    async def run(self) -> None:
        """Ask for every open page, until cancelled, and stir those whose answer changed."""
        while True:
            await asyncio.sleep(_TURN_S)
            if not self._open:
                continue
            try:
                changed = await run_in_threadpool(self.look, tuple(self._open))
            except (DBAPIError, sqlite3.Error) as error:
                log.debug("what may be seen is not known: %s", error)
                continue
            for sight in changed:
                sight.stir()

    @contextlib.contextmanager
    def over(self, sight: Sight) -> Generator[Sight]:
        """Ask for a page for as long as it is open."""
        self._open.add(sight)
        try:
            yield sight
        finally:
            self._open.discard(sight)

    async def seen(self, sight: Sight) -> Seen:
        """Return what a page may show now."""
        if sight.asked_us is None or self._now_us() - sight.asked_us > _OLDEST_US:
            await run_in_threadpool(self.look, (sight,))
        return sight.seen

    def look(self, sights: Collection[Sight]) -> list[Sight]:
        """Ask for these pages; return those whose answer changed. It belongs in a thread."""
        now_us = self._now_us()
        actors = self._accounts.signed_in([each.session_id for each in sights], now_us)
        here = [each for each in sights if actors.get(each.session_id) == each.scope.actor]
        known = self._read([each for each in here if _wants_reading(each, now_us)], now_us)
        answers = {each: Seen(True, known.get(each.scope, each.seen.keys)) for each in here}
        changed: list[Sight] = []
        for sight in sights:
            answer = answers.get(sight, NOBODY)
            if answer != sight.seen:
                sight.seen = answer
                changed.append(sight)
            sight.asked_us = now_us
        return changed

    def _read(self, sights: Collection[Sight], now_us: int) -> dict[Scope, frozenset[Key]]:
        if not sights:
            return {}
        with self._store.reading() as db:
            scopes = {each.scope for each in sights}
            found = {scope: keys_of(db, scope, now_us) for scope in scopes}
        for sight in sights:
            sight.read_us = now_us
        return found


def _wants_reading(sight: Sight, now_us: int) -> bool:
    lasts_us = _OWN_READ_US if sight.scope.is_own else 0
    return sight.read_us is None or now_us - sight.read_us >= lasts_us
