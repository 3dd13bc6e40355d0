"""What one signed-in person may see of whom at this moment, asked again all the time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from sqlalchemy import Connection

from ingest.store import Store
from people import registry
from people.authorize import Action, Actor, Role, Topic, allowed, own, visible
from web.accounts import Accounts
from web.live import Key

_FRESH_US: Final = 700_000
#: Nobody can withdraw from people what is their own: the session is asked, the store seldom.
_OWN_FRESH_US: Final = 5_000_000
_OWN_READ_US: Final = 60_000_000


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose frames a page wants: one person's, or those of a coach's whole panel."""

    actor: Actor
    session_id: str
    subject: str | None  # none: the whole panel


@dataclass(frozen=True, slots=True)
class Seen:
    """What may be shown; nobody is signed in any more when `signed_in` is false."""

    signed_in: bool
    keys: frozenset[Key]


Look: TypeAlias = Callable[[], Seen]


class Sight:
    """Answers by `authorize`; no answer about others is older than a second."""

    def __init__(self, store: Store, accounts: Accounts, scope: Scope) -> None:
        self._store = store
        self._accounts = accounts
        self._scope = scope
        self.subject = scope.subject
        self._is_own = scope.subject == scope.actor.person
        self._fresh_us = _OWN_FRESH_US if self._is_own else _FRESH_US
        self._asked_us: int | None = None
        self._own: frozenset[Key] = frozenset()
        self._read_us: int | None = None

    def is_stale(self, now_us: int) -> bool:
        return self._asked_us is None or now_us - self._asked_us >= self._fresh_us

    def look(self, now_us: int) -> Seen:
        """Ask again; this reads the store, so it belongs in a thread."""
        self._asked_us = now_us
        scope = self._scope
        if self._accounts.session(scope.session_id, now_us) != scope.actor:
            return Seen(signed_in=False, keys=frozenset())
        keys = self._own_keys(now_us) if self._is_own else self._others(now_us)
        return Seen(signed_in=True, keys=keys)

    def _own_keys(self, now_us: int) -> frozenset[Key]:
        if self._read_us is None or now_us - self._read_us >= _OWN_READ_US:
            actor, self._read_us = self._scope.actor, now_us
            with self._store.reading() as db:
                self._own = frozenset((actor.person, each) for each in own(db, actor, now_us))
        return self._own

    def _others(self, now_us: int) -> frozenset[Key]:
        actor = self._scope.actor
        with self._store.reading() as db:
            subjects = subjects_of(db, self._scope, now_us)
            return frozenset(
                (each, topic)
                for topic in Topic
                for each in visible(db, actor, subjects, topic, now_us)
            )


def subjects_of(db: Connection, scope: Scope, now_us: int) -> tuple[str, ...]:
    """Return of whom a page may show anything at all."""
    if scope.subject is None:
        return registry.panel_of(db, scope.actor.person, now_us)
    if allowed(db, scope.actor, Action.KNOW, scope.subject, now_us=now_us):
        return (scope.subject,)
    return ()


def home(actor: Actor) -> str:
    """Return the address of a person's own page."""
    return _HOMES.get(actor.role, "/")


_HOMES: Final = {
    Role.COACH: "/coach",
    Role.OPERATOR: "/operator",
    Role.SPONSOR: "/sponsor",
    Role.RESEARCHER: "/research",
}
