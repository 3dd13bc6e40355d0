"""Which language whoever reads a page is to have it in."""

from fastapi import Request

from people import registry
from people.authorize import Actor, Role
from web.parts import parts_of
from web.tongue import preferred


def language_for(request: Request, actor: Actor) -> str:
    """Return the language of somebody's profile; staff's own choice, or their browser's."""
    parts = parts_of(request)
    if actor.role is Role.PARTICIPANT:
        with parts.store.reading() as db:
            return registry.profile(db, actor.person).language
    return parts.accounts.languages.of(actor.person) or asked_for(request)


def asked_for(request: Request) -> str:
    """Return the language that a browser asks for."""
    accepted = request.headers.get("accept-language", "")
    return preferred(accepted, parts_of(request).pages.languages)
