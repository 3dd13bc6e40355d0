"""Which language whoever reads a page is to have it in."""

from fastapi import Request

from people import registry
from web.parts import Parts, parts_of
from web.tongue import preferred


def language_of(parts: Parts, person: str) -> str:
    """Return the language a person chose."""
    with parts.store.reading() as db:
        return registry.profile(db, person).language


def asked_for(request: Request) -> str:
    """Return the language a browser asks for, before anybody signed in with it."""
    accepted = request.headers.get("accept-language", "")
    return preferred(accepted, parts_of(request).pages.languages)
