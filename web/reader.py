"""Which language whoever reads a page is to have it in."""

from typing import Final

from fastapi import Request

from people import registry
from people.authorize import Actor, Role
from web.parts import Parts, parts_of
from web.tongue import ENGLISH, preferred

#: The cookie of a language that was chosen in a browser; it names nobody.
CHOSEN: Final = "language"


def language_of(parts: Parts, person: str) -> str:
    """Return the language a person chose."""
    with parts.store.reading() as db:
        return registry.profile(db, person).language


def language_for(request: Request, actor: Actor) -> str:
    """Return the language of a profile; where staff chose none, the one of their browser."""
    chosen = language_of(parts_of(request), actor.person)
    is_open = actor.role is not Role.PARTICIPANT and chosen == ENGLISH
    return asked_for(request) if is_open else chosen


def asked_for(request: Request) -> str:
    """Return the language that was chosen in a browser, else the one it asks for."""
    known = parts_of(request).pages.languages
    chosen = request.cookies.get(CHOSEN)
    return chosen if chosen in known else preferred(_accepted(request), known)


def _accepted(request: Request) -> str:
    return request.headers.get("accept-language", "")
