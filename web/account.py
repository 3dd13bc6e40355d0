"""How somebody signs in from now on, and where they are signed in."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from web.accounts import BadChoice
from web.guard import IsSignedIn, Visit
from web.parts import parts_of
from web.sight import home

router = APIRouter(prefix="/account")

Own = Annotated[Visit, Depends(IsSignedIn())]


@router.get("")
def page(request: Request, visit: Own) -> Response:
    """Show it."""
    return _show(request, visit)


@router.post("/password")
def choose(
    request: Request,
    visit: Own,
    user: Annotated[str, Form(max_length=64)],
    password: Annotated[str, Form(max_length=128)],
) -> Response:
    """Take a password, and end all sessions but this one."""
    accounts = parts_of(request).accounts
    try:
        codes = accounts.passwords.choose(visit.actor, user, password)
    except BadChoice as error:
        return _show(request, visit, str(error), status=422)
    accounts.end_others(visit.actor.person, visit.session_id)
    return _show(request, visit, "Saved.", codes=codes)


@router.post("/sessions/end")
def end(
    request: Request,
    visit: Own,
    handle: Annotated[str, Form(min_length=64, max_length=64, pattern="[0-9a-f]+")],
) -> Response:
    """End one of one's own sessions."""
    parts_of(request).accounts.end(visit.actor.person, handle)
    return RedirectResponse("/account", 303)


@router.post("/sessions/end-others")
def end_others(request: Request, visit: Own) -> Response:
    """End all of one's own sessions but this one."""
    parts_of(request).accounts.end_others(visit.actor.person, visit.session_id)
    return RedirectResponse("/account", 303)


def _show(
    request: Request,
    visit: Visit,
    says: str = "",
    *,
    codes: Sequence[str] = (),
    status: int = 200,
) -> Response:
    parts = parts_of(request)
    person = visit.actor.person
    said = {
        "lang": "en",
        "now_us": visit.now_us,
        "says": says,
        "ok": status == 200,
        "codes": codes,
        "user": parts.accounts.passwords.user_of(person),
        "sessions": parts.accounts.sessions(person, visit.now_us),
        "session_id": visit.session_id,
        "home": home(visit.actor),
    }
    return parts.pages.show("account.html", said, status)
