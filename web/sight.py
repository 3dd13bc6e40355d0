"""What one signed-in person may see of whom at this moment, by `authorize`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from people import registry
from people.authorize import Action, Actor, Role, Topic, allowed, own, visible
from web.live import Key


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose frames a page wants: one person's, or those of a coach's whole panel."""

    actor: Actor
    subject: str | None  # none: the whole panel

    @property
    def is_own(self) -> bool:
        """Whether somebody looks at what is theirs."""
        return self.subject == self.actor.person


@dataclass(frozen=True, slots=True)
class Seen:
    """What may be shown; nobody is signed in any more when `signed_in` is false."""

    signed_in: bool
    keys: frozenset[Key]


NOBODY: Final = Seen(signed_in=False, keys=frozenset())


class Sight:
    """What one open page may show, as it was answered last."""

    def __init__(self, session_id: str, scope: Scope, stir: Callable[[], None]) -> None:
        self.session_id = session_id
        self.scope = scope
        self.stir = stir  # the page, when the answer is another one
        self.seen = NOBODY
        self.asked_us: int | None = None
        self.read_us: int | None = None  # when the store was asked, not the session alone


def keys_of(db: Connection, scope: Scope, now_us: int) -> frozenset[Key]:
    """Return which topics of whom a page may show."""
    actor = scope.actor
    if scope.is_own:
        return frozenset((actor.person, topic) for topic in own(db, actor, now_us))
    subjects = subjects_of(db, scope, now_us)
    return frozenset(
        (who, topic) for topic in Topic for who in visible(db, actor, subjects, topic, now_us)
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
