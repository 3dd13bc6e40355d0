"""How somebody signs in from now on, and where they are signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from people import registry
from people.authorize import Role
from people.sentence import Sentence, say
from web import staff
from web.accounts import BadChoice, Lack, NotProved
from web.accounts.scopes import offered
from web.accounts.sessions import browser_of
from web.guard import IsSignedIn, Visit, note
from web.parts import Parts, parts_of
from web.sight import home
from web.sign_in import here, take_up
from web.webhooks import outbox, subscriptions
from web.webhooks.outbox import Counts
from web.webhooks.subscriptions import Webhook

router = APIRouter(prefix="/account")

Own = Annotated[Visit, Depends(IsSignedIn())]
#: A passkey may be the second factor that a session lacks.
Begun = Annotated[Visit, Depends(IsSignedIn(may_lack=Lack.FACTOR))]


@router.get("")
def page(request: Request, visit: Own) -> Response:
    """Show it."""
    return show(request, visit)


@router.post("/password")
def choose(
    request: Request,
    visit: Own,
    user: Annotated[str, Form(max_length=64)],
    password: Annotated[str, Form(max_length=128)],
) -> Response:
    """Take a password, and end all sessions but this one."""
    note(request, visit, "chose a password")
    accounts = parts_of(request).accounts
    try:
        codes = accounts.passwords.choose(visit.actor, user, password)
    except BadChoice as error:
        return show(request, visit, error.says, status=422)
    accounts.end_others(visit.actor.person, visit.session_id)
    return show(request, visit, say("Saved."), codes=codes)


@router.post("/language")
def read_in(
    request: Request, visit: Own, language: Annotated[str, Form(max_length=8)]
) -> Response:
    """Keep in which language staff want their pages."""
    parts = parts_of(request)
    if language not in _languages(parts, visit):
        return show(request, visit, status=422)
    parts.accounts.languages.choose(visit.actor.person, language)
    return RedirectResponse("/account", 303)


@router.post("/passkeys/options")
def offer_passkey(request: Request, visit: Begun) -> Response:
    """Say what a new passkey has to sign."""
    parts = parts_of(request)
    with parts.store.reading() as db:
        name = registry.name_of(db, visit.actor.person)
    passkeys = parts.accounts.passkeys
    offered = passkeys.offer(visit.actor.person, name, here(request), visit.now_us)
    return Response(offered, media_type="application/json")


@router.post("/passkeys")
def keep_passkey(
    request: Request, visit: Begun, credential: Annotated[dict[str, Any], Body()]
) -> Response:
    """Keep a new passkey."""
    note(request, visit, "made a passkey")
    browser = browser_of(request.headers.get("user-agent", ""))
    try:
        parts_of(request).accounts.passkeys.keep(
            visit.actor, credential, here(request), visit.now_us, browser
        )
    except NotProved as error:
        why = say("That passkey was not kept: %(why)s.", why=str(error))
        tongue = parts_of(request).pages.words(visit.reads).tongue
        return JSONResponse({"says": tongue.said(why)}, 422)
    if parts_of(request).accounts.session(visit.session_id, visit.now_us) is None:
        return take_up(request, visit.actor, JSONResponse({"to": home(visit.actor)}))
    return JSONResponse({"to": "/account"})


@router.post("/passkeys/forget")
def forget_passkey(
    request: Request,
    visit: Own,
    handle: Annotated[str, Form(min_length=2, max_length=2048, pattern="^([0-9a-f]{2})+$")],
) -> Response:
    """Forget one of one's own passkeys."""
    note(request, visit, "forgot a passkey")
    parts_of(request).accounts.passkeys.forget(visit.actor.person, handle)
    return RedirectResponse("/account", 303)


@router.post("/sessions/end")
def end(
    request: Request,
    visit: Own,
    handle: Annotated[str, Form(min_length=64, max_length=64, pattern="^[0-9a-f]+$")],
) -> Response:
    """End one of one's own sessions."""
    note(request, visit, "ended a session")
    parts_of(request).accounts.end(visit.actor.person, handle)
    return RedirectResponse("/account", 303)


@router.post("/sessions/end-others")
def end_others(request: Request, visit: Own) -> Response:
    """End all of one's own sessions but this one."""
    note(request, visit, "ended all other sessions")
    parts_of(request).accounts.end_others(visit.actor.person, visit.session_id)
    return RedirectResponse("/account", 303)


@dataclass(frozen=True, slots=True)
class Told:
    """An address that is told of news, and how it takes it."""

    hook: Webhook
    how: Counts


def _webhooks(parts: Parts, person: str) -> list[Told]:
    with parts.store.reading() as db:
        found = subscriptions.of_person(db, person)
        return [Told(hook, outbox.counts(db, hook.id)) for hook in found]


def _languages(parts: Parts, visit: Visit) -> dict[str, str]:
    """Return what staff may choose from; a participant's language is part of their profile."""
    if visit.actor.role is Role.PARTICIPANT:
        return {}
    words = {name: parts.pages.words(name) for name in parts.pages.languages}
    return {name: each.tongue.own_name for name, each in words.items()}


def show(
    request: Request,
    visit: Visit,
    says: Sentence | None = None,
    *,
    codes: Sequence[str] = (),
    token: str = "",
    status: int = 200,
) -> Response:
    """Show the page, with what came of what somebody did there."""
    parts = parts_of(request)
    person = visit.actor.person
    with parts.store.reading() as db:
        said = staff.everywhere(db, visit)
    said |= {
        "languages": _languages(parts, visit),
        "says": says,
        "ok": status == 200,
        "codes": codes,
        "token": token,
        "webhooks": _webhooks(parts, person),
        "tokens": parts.accounts.tokens.of_person(person, visit.now_us),
        "scopes": offered(visit.actor.role),
        "user": parts.accounts.passwords.user_of(person),
        "provider": parts.provider,
        "linked": parts.accounts.linked.is_linked(person),
        "second": parts.accounts.second.is_kept(person),
        "passkeys": parts.accounts.passkeys.of_person(person),
        "sessions": parts.accounts.sessions(person, visit.now_us),
        "session_id": visit.session_id,
    }
    return parts.pages.show("account.html", said, status)
