"""Leaving for good: what is erased, what stays and why, asked twice, and a receipt."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from people import registry
from people.authorize import Action, Role
from web import cookie
from web.guard import Needs, Visit
from web.orders import Leave
from web.parts import Parts, parts_of

router = APIRouter(prefix="/me/leave")

Owns = Annotated[Visit, Depends(Needs(Action.SET, role=Role.PARTICIPANT))]

WORDS: Final = "erase everything"


@router.get("")
def page(request: Request, visit: Owns) -> Response:
    """Say what leaving means."""
    return _show(request, visit, is_sure=False, is_wrong=False)


@router.post("")
async def leave(
    request: Request,
    visit: Owns,
    understood: Annotated[bool, Form()] = False,
    words: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Ask once more; then do it, end every session, and show what was done."""
    parts = parts_of(request)
    if not understood:
        return RedirectResponse("/me/leave", 303)
    if words.strip().lower() != WORDS:
        return await run_in_threadpool(
            _show, request, visit, is_sure=True, is_wrong=words != ""
        )
    language = await run_in_threadpool(_language, parts, visit)
    done = await parts.carry_out(visit.actor, Leave(participant=visit.subject))
    if not done.ok:
        return await run_in_threadpool(_show, request, visit, is_sure=True, is_wrong=True)
    await run_in_threadpool(parts.accounts.forget, visit.subject)
    said = {"lang": language, "who": visit.subject}
    response = parts.pages.show("left.html", said)
    cookie.take(request, response)
    return response


def _language(parts: Parts, visit: Visit) -> str:
    with parts.store.reading() as db:
        return _of(db, visit)


def _of(db: Connection, visit: Visit) -> str:
    return registry.profile(db, visit.subject).language


def _show(request: Request, visit: Visit, *, is_sure: bool, is_wrong: bool) -> Response:
    parts = parts_of(request)
    with parts.store.reading() as db:
        said = {"lang": _of(db, visit), "name": registry.name_of(db, visit.subject)}
    said |= {"words": WORDS}
    return parts.pages.show("leave.html", said | {"is_sure": is_sure, "is_wrong": is_wrong})
