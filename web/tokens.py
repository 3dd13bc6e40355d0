"""Tokens for one's own programs: made, seen and ended on the account's page."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from people.sentence import say
from web.account import Own, show
from web.accounts import DAY_S, Scope
from web.accounts.scopes import offered
from web.guard import note
from web.parts import parts_of
from web.programs import Unsubscribe

router = APIRouter(prefix="/account/tokens")


@router.post("")
def make(
    request: Request,
    visit: Own,
    name: Annotated[str, Form(min_length=1, max_length=60)],
    days: Annotated[Literal["30", "90", "365"], Form()],
    scope: Annotated[list[Scope] | None, Form()] = None,
) -> Response:
    """Make a token, and show it this once."""
    chosen = set(scope or ())
    if not chosen or not chosen <= offered(visit.actor.role).keys():
        return show(request, visit, say("Tick what the program may do."), status=422)
    until_us = visit.now_us + int(days) * DAY_S * 1_000_000
    tokens = parts_of(request).accounts.tokens
    note(request, visit, "made a token", f"{name}: {', '.join(sorted(chosen))}")
    secret = tokens.make(visit.actor, name.strip(), chosen, visit.now_us, until_us)
    return show(request, visit, token=secret)


@router.post("/end")
def end(
    request: Request,
    visit: Own,
    handle: Annotated[str, Form(min_length=64, max_length=64, pattern="^[0-9a-f]+$")],
) -> Response:
    """End one of one's own tokens; whatever uses it is refused from now on."""
    note(request, visit, "ended a token")
    parts_of(request).accounts.tokens.end(handle, visit.actor.person)
    return RedirectResponse("/account#tokens", 303)


@router.post("/webhooks/end")
async def end_webhook(
    request: Request, visit: Own, webhook: Annotated[str, Form(max_length=40)]
) -> Response:
    """Tell one of one's addresses no longer."""
    note(request, visit, "ended a webhook", webhook)
    await parts_of(request).serve(visit.actor, Unsubscribe(webhook=webhook))
    return RedirectResponse("/account#tokens", 303)
