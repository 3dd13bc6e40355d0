"""One-time links in, and out again."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from web import cookie
from web.parts import Parts, parts_of
from web.sight import home

router = APIRouter()


@router.get("/in/{token}")
def offer(request: Request, token: str) -> Response:
    """Show a button: whoever previews a link in a chat must not use it up."""
    parts = parts_of(request)
    now_us, address = parts.now_us(), _address(request)
    if parts.attempts.are_too_many(address, now_us):
        return _no_way_in(parts, "too_many", 429)
    if not parts.accounts.is_good(token, now_us):
        parts.attempts.note_failure(address, now_us)
        return _no_way_in(parts, "spent", 404)
    return parts.pages.show("sign_in.html", {"lang": "en", "token": token})


@router.post("/in/{token}")
def redeem(request: Request, token: str) -> Response:
    """Use a link up: a new session, and its person's page."""
    parts = parts_of(request)
    now_us, address = parts.now_us(), _address(request)
    if parts.attempts.are_too_many(address, now_us):
        return _no_way_in(parts, "too_many", 429)
    session_id = parts.accounts.redeem(token, now_us)
    actor = session_id and parts.accounts.session(session_id, now_us)
    if not session_id or not actor:
        parts.attempts.note_failure(address, now_us)
        return _no_way_in(parts, "spent", 404)
    before = cookie.read(request)
    if before:
        parts.accounts.sign_out(before)
    response = RedirectResponse(home(actor), 303)
    cookie.give(request, response, session_id)
    return response


@router.post("/out")
def sign_out(request: Request) -> Response:
    """End the session of this browser."""
    parts = parts_of(request)
    session_id = cookie.read(request)
    if session_id:
        parts.accounts.sign_out(session_id)
    response = _no_way_in(parts, "out", 200)
    cookie.take(request, response)
    return response


def _no_way_in(parts: Parts, reason: str, status: int) -> Response:
    return parts.pages.show("no_way_in.html", {"lang": "en", "reason": reason}, status)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
