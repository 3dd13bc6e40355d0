"""The second factor: set up by whoever wants one, and by staff who sign in by a password."""

from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from people.sentence import Sentence
from web import staff
from web.accounts import Lack
from web.accounts.second import address
from web.guard import IsSignedIn, Visit, note
from web.parts import parts_of
from web.sight import home
from web.sign_in import NOT_NOW, take_up

router = APIRouter(prefix="/account/second-factor")

Own = Annotated[Visit, Depends(IsSignedIn())]
Begun = Annotated[Visit, Depends(IsSignedIn(may_lack=Lack.FACTOR))]
Seed = Annotated[str, Form(pattern="^[A-Z2-7]{32}$")]


@router.get("")
def offer(request: Request, visit: Begun) -> Response:
    """Show a new seed, as a picture for an authenticator app."""
    return _offer(request, visit, parts_of(request).accounts.second.new_seed())


@router.post("")
def keep(
    request: Request, visit: Begun, seed: Seed, code: Annotated[str, Form(max_length=10)]
) -> Response:
    """Keep it once a first code proves that the app has it; the session begins anew."""
    accounts = parts_of(request).accounts
    if not accounts.second.keep(visit.actor.person, seed, code, visit.now_us):
        return _offer(request, visit, seed, NOT_NOW, 422)
    note(request, visit, "set up a second factor")
    return take_up(request, visit.actor, RedirectResponse(home(visit.actor), 303))


@router.post("/forget")
def forget(request: Request, visit: Own) -> Response:
    """Ask for codes no longer; staff set a new one up when they sign in next."""
    note(request, visit, "turned the second factor off")
    parts_of(request).accounts.second.forget(visit.actor.person)
    return RedirectResponse("/account", 303)


def _offer(
    request: Request, visit: Visit, seed: str, wrong: Sentence | None = None, status: int = 200
) -> Response:
    parts = parts_of(request)
    with parts.store.reading() as db:
        said = staff.everywhere(db, visit)
    picture = segno.make(address(seed, said["own_name"]), micro=False)
    session = parts.accounts.session(visit.session_id, visit.now_us)
    said |= {
        "is_lacked": session is None,  # nothing else may be seen before it is there
        "wrong": wrong,
        "seed": seed,
        "picture": picture.svg_inline(scale=4, border=4, omitsize=True, light="#fff"),
    }
    return parts.pages.show("second_factor.html", said, status)
