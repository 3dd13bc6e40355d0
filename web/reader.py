"""Which language whoever reads a page is to have it in."""

from fastapi import Request

from people import registry
from people.authorize import Actor, Role
from web.parts import Parts, parts_of
from web.tongue import ENGLISH, preferred


def language_of(parts: Parts, person: str) -> str:
    """Return the language a person chose."""
    with parts.store.reading() as db:
        return registry.profile(db, person).language


def language_for(request: Request, actor: Actor) -> str:
    """Return the language somebody chose; staff who chose none get what their browser asks."""
    chosen = language_of(parts_of(request), actor.person)
    is_open = actor.role is not Role.PARTICIPANT and chosen == ENGLISH
    return asked_for(request) if is_open else chosen


def asked_for(request: Request) -> str:
    """Return the language a browser asks for, before anybody signed in with it."""
    accepted = request.headers.get("accept-language", "")
    return preferred(accepted, parts_of(request).pages.languages)
