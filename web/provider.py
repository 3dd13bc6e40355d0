"""The way to an organisation's own accounts and back."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from people.authorize import Action, Actor, Refused
from people.sentence import say
from web.accounts.providers import Provider, Unproved
from web.guard import IsSignedIn, Visit, note
from web.parts import parts_of
from web.security import is_ours
from web.sight import home
from web.sign_in import ask_anew, here, take_up

router = APIRouter()

Own = Annotated[Visit, Depends(IsSignedIn())]
Text = Annotated[str, Query(max_length=2048)]

_BACK: Final = "/sign-in/provider/back"
_STATE: Final = "kindstep-provider"
_STATE_S: Final = 600
_UNKNOWN: Final = say(
    "Nobody here has linked that account. Sign in by a link or password first."
)
_UNPROVED: Final = say("The other side did not say who you are. Please begin again.")


@router.get("/sign-in/provider")
def begin(request: Request) -> Response:
    """Lead to where somebody's organisation asks who they are."""
    return _lead(request, None)


@router.get("/account/provider")
def link(request: Request, visit: Own) -> Response:
    """Lead there to link an account; from our own page alone, or others could link theirs."""
    if not is_ours(request.headers):
        raise Refused(visit.actor, Action.SET, visit.actor.person, "not from our page")
    return _lead(request, visit.actor)


@router.post("/account/provider/forget")
def forget(request: Request, visit: Own) -> Response:
    """Let no account elsewhere sign one in any more."""
    note(request, visit, "unlinked an account")
    parts_of(request).accounts.linked.forget(visit.actor.person)
    return RedirectResponse("/account", 303)


@router.get(_BACK)
def back(request: Request, state: Text = "", code: Text = "") -> Response:
    """Let in, or link, whoever comes back with proof in the browser that set out."""
    parts, provider = parts_of(request), _provider(request)
    if not state or request.cookies.get(_STATE) != state:
        return ask_anew(request, _UNPROVED)
    try:
        subject, links = provider.proved(state, code, parts.now_us())
    except Unproved:
        return ask_anew(request, _UNPROVED)
    linked = parts.accounts.linked
    if links is not None:
        parts.trail.note(links, "linked an account", links.person, now_us=parts.now_us())
        linked.link(links, provider.issuer, subject)
        return RedirectResponse("/account", 303)
    actor = linked.find(provider.issuer, subject)
    if actor is None:
        return ask_anew(request, _UNKNOWN)
    return take_up(request, actor, RedirectResponse(home(actor), 303))


def _lead(request: Request, links: Actor | None) -> Response:
    provider = _provider(request)
    origin = here(request).origin
    try:
        to, state = provider.begin(f"{origin}{_BACK}", links, parts_of(request).now_us())
    except Unproved:
        return ask_anew(request, _UNPROVED)
    response = RedirectResponse(to, 303)
    is_secure = request.url.scheme == "https"
    response.set_cookie(
        _STATE, state, max_age=_STATE_S, secure=is_secure, httponly=True, samesite="lax"
    )
    return response


def _provider(request: Request) -> Provider:
    provider = parts_of(request).provider
    if provider is None:
        raise HTTPException(404)
    return provider
