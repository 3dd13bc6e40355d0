"""One-time links and passwords in, and out again."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from people.authorize import Actor
from people.sentence import Sentence, say
from web import cookie
from web.accounts import Here, Lack, NotProved
from web.accounts.sessions import browser_of
from web.parts import Parts, parts_of
from web.reader import asked_for
from web.sight import home

router = APIRouter()


@router.get("/in/{token}")
def offer(request: Request, token: str) -> Response:
    """Show a button: whoever previews a link in a chat must not use it up."""
    parts = parts_of(request)
    now_us, address = parts.now_us(), _address(request)
    if parts.attempts.wait_s(address, now_us):
        return _no_way_in(request, "too_many", 429)
    if not parts.accounts.is_good(token, now_us):
        parts.attempts.note_failure(address, now_us)
        return _no_way_in(request, "spent", 404)
    return parts.pages.show("sign_in.html", {"lang": asked_for(request), "token": token})


@router.post("/in/{token}")
def redeem(request: Request, token: str) -> Response:
    """Use a link up: a new session, and its person's page."""
    parts = parts_of(request)
    now_us, address = parts.now_us(), _address(request)
    if parts.attempts.wait_s(address, now_us):
        return _no_way_in(request, "too_many", 429)
    session_id = parts.accounts.redeem(token, now_us, _browser(request))
    actor = session_id and parts.accounts.session(session_id, now_us)
    if not session_id or not actor:
        parts.attempts.note_failure(address, now_us)
        return _no_way_in(request, "spent", 404)
    _note(request, actor, "signed in by a link")
    return _take_up(request, parts, session_id, RedirectResponse(home(actor), 303))


@router.get("/sign-in")
def ask(request: Request) -> Response:
    """Ask for a user name and a password."""
    return _ask(request, None)


@router.post("/sign-in")
def by_password(
    request: Request,
    user: Annotated[str, Form(max_length=64)],
    password: Annotated[str, Form(max_length=128)],
) -> Response:
    """Let in who knows their password."""
    passwords = parts_of(request).accounts.passwords
    return _prove(request, user, lambda: passwords.verify(user, password), "/", _WRONG)


@router.post("/sign-in/passkey/options")
def ask_passkey(request: Request) -> Response:
    """Say what a passkey has to sign."""
    parts = parts_of(request)
    asked = parts.accounts.passkeys.ask(here(request), parts.now_us())
    return Response(asked, media_type="application/json")


@router.post("/sign-in/passkey")
def by_passkey(request: Request, credential: Annotated[dict[str, Any], Body()]) -> Response:
    """Let in whose passkey signed it."""
    parts = parts_of(request)
    now_us, address = parts.now_us(), _address(request)
    if parts.attempts.wait_s(address, now_us):
        return _said(request, _WAIT, 429)
    try:
        actor = parts.accounts.passkeys.verify(credential, here(request), now_us)
    except NotProved:
        parts.attempts.note_failure(address, now_us)
        return _said(request, _WRONG_PASSKEY, 403)
    return take_up(request, actor, JSONResponse({"to": home(actor)}))


@router.post("/sign-in/recover")
def by_code(
    request: Request,
    user: Annotated[str, Form(max_length=64)],
    code: Annotated[str, Form(max_length=40)],
) -> Response:
    """Let in who has a recovery code, to where they choose a new password."""
    passwords = parts_of(request).accounts.passwords
    return _prove(request, user, lambda: passwords.recover(user, code), "/account", _WRONG_CODE)


@router.get("/sign-in/code")
def ask_code(request: Request) -> Response:
    """Ask for a code of the second factor, or a passkey."""
    return _ask_code(request, None)


@router.post("/sign-in/code")
def by_second_factor(request: Request, code: Annotated[str, Form(max_length=40)]) -> Response:
    """Let in whose password was right and who has the code, or a recovery code."""
    parts, session_id = parts_of(request), cookie.read(request)
    now_us = parts.now_us()
    actor = session_id and parts.accounts.session(session_id, now_us, Lack.CODE)
    if not actor:
        return _ask(request, _BEGIN_ANEW, status=403)
    tried = f"code of {actor.person}"
    if parts.attempts.wait_s(tried, now_us):
        return _ask_code(request, _WAIT, 429)
    accounts = parts.accounts
    if not accounts.second.verify(actor.person, code, now_us) and not accounts.passwords.spend(
        actor.person, code
    ):
        parts.attempts.note_failure(tried, now_us)
        return _ask_code(request, NOT_NOW, 403)
    return take_up(request, actor, RedirectResponse(home(actor), 303))


@router.post("/out")
def sign_out(request: Request) -> Response:
    """End the session of this browser."""
    parts = parts_of(request)
    session_id = cookie.read(request)
    if session_id:
        parts.accounts.sign_out(session_id)
    response = _no_way_in(request, "out", 200)
    cookie.take(request, response)
    return response


NOT_NOW = say("That is not the code of this moment.")
_BEGIN_ANEW = say("That took too long. Please begin again.")
_AGAIN = say("Before data leaves, please sign in again: you did more than 15 minutes ago.")
_MAKES_UP = {Lack.CODE: "/sign-in/code", Lack.FACTOR: "/account/second-factor"}
_WRONG = say("User name and password do not belong together.")
_WRONG_PASSKEY = say("That passkey is not known here.")
_WRONG_CODE = say("That code is not one of yours, or was used before.")
_WAIT = say("Too many tries. Please wait a little, ten minutes at most.")


def _prove(
    request: Request, user: str, proof: Callable[[], Actor | None], to: str, wrong: Sentence
) -> Response:
    """Begin a session if the proof holds; whoever guesses soon has to wait."""
    parts = parts_of(request)
    now_us = parts.now_us()
    tried = (_address(request), f"user {user.strip().casefold()}")
    if any(parts.attempts.wait_s(each, now_us) for each in tried):
        return _ask(request, _WAIT, user, 429)
    actor = proof()
    if actor is None:
        for each in tried:
            parts.attempts.note_failure(each, now_us)
        return _ask(request, wrong, user, 403, recovering=wrong is _WRONG_CODE)
    lacks = parts.accounts.lack_of(actor)
    where = _MAKES_UP.get(lacks) or (home(actor) if to == "/" else to)
    return take_up(request, actor, RedirectResponse(where, 303), lacks)


def take_up(
    request: Request, actor: Actor, response: Response, lacks: Lack = Lack.NOTHING
) -> Response:
    """Begin a session in place of the one before, and let the browser keep it."""
    parts = parts_of(request)
    session_id = parts.accounts.begin(actor, parts.now_us(), _browser(request), lacks)
    if lacks is Lack.NOTHING:
        _note(request, actor, "signed in")
    return _take_up(request, parts, session_id, response)


def _note(request: Request, actor: Actor, what: str) -> None:
    parts = parts_of(request)
    parts.trail.note(actor, what, detail=_browser(request), now_us=parts.now_us())


def _take_up(request: Request, parts: Parts, session_id: str, response: Response) -> Response:
    before = cookie.read(request)
    if before:
        parts.accounts.sign_out(before)
    cookie.give(request, response, session_id)
    return response


def _ask(
    request: Request,
    wrong: Sentence | None,
    user: str = "",
    status: int = 200,
    *,
    recovering: bool = False,
) -> Response:
    said = {
        "lang": asked_for(request),
        "wrong": wrong,
        "user": user,
        "recovering": recovering,
        "provider": parts_of(request).provider,
    }
    return parts_of(request).pages.show("sign_in_by_name.html", said, status)


def ask_anew(request: Request, wrong: Sentence) -> Response:
    """Ask somebody whom another side could not name."""
    return _ask(request, wrong, status=403)


def ask_again(request: Request) -> Response:
    """Ask somebody who is signed in to prove again that it is them."""
    return _ask(request, _AGAIN, status=403)


def _ask_code(request: Request, wrong: Sentence | None, status: int = 200) -> Response:
    said = {"lang": asked_for(request), "wrong": wrong}
    return parts_of(request).pages.show("sign_in_code.html", said, status)


def _said(request: Request, words: Sentence, status: int) -> Response:
    tongue = parts_of(request).pages.words(asked_for(request)).tongue
    return JSONResponse({"says": tongue.said(words)}, status)


def _browser(request: Request) -> str:
    return browser_of(request.headers.get("user-agent", ""))


def here(request: Request) -> Here:
    """Return where these pages are; a passkey is bound to it."""
    return Here(request.url.hostname or "", f"{request.url.scheme}://{request.url.netloc}")


def _no_way_in(request: Request, reason: str, status: int) -> Response:
    said = {"lang": asked_for(request), "reason": reason}
    return parts_of(request).pages.show("no_way_in.html", said, status)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
