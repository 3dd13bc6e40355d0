"""Gateways' ways in, as an operator gives and takes them."""

from typing import Annotated

import segno
from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from gateway.wire import BrokenContract
from web.guard import Runs
from web.operator import show_people
from web.orders import did, did_not
from web.parts import parts_of

router = APIRouter(prefix="/operator/gateways")

Name = Annotated[str, Form(max_length=64)]


@router.post("/invite")
def invite(request: Request, visit: Runs, gateway: Name) -> Response:
    """Show a code by which a gateway of this name is let in once."""
    parts, name = parts_of(request), gateway.strip()
    try:
        code = parts.accounts.gateways.invite(name, visit.now_us)
    except BrokenContract as error:
        return show_people(request, visit, did_not("That cannot be: %(why)s.", why=str(error)))
    parts.trail.note(visit.actor, "made a gateway's code", detail=name, now_us=visit.now_us)
    address = f"{request.base_url}gateway#{code}"
    picture = segno.make(address, micro=False).svg_inline(scale=4, border=2, omitsize=True)
    done = did("A gateway may be %(name)s now.", name=name)
    return show_people(request, visit, done, code=address, code_picture=picture)


@router.post("/renew")
def renew(request: Request, visit: Runs, gateway: Name) -> Response:
    """Have a gateway take a new token."""
    parts = parts_of(request)
    parts.trail.note(visit.actor, "asked for a new token", detail=gateway, now_us=visit.now_us)
    parts.accounts.gateways.ask_to_renew(gateway)
    done = did(
        "%(gateway)s takes a new token within ten minutes. Until then it uses the old one.",
        gateway=gateway,
    )
    return show_people(request, visit, done)


@router.post("/revoke")
async def revoke(request: Request, visit: Runs, gateway: Name) -> Response:
    """Let a gateway in no more, and end its connection."""

    def end() -> None:
        parts.trail.note(visit.actor, "shut a gateway out", detail=gateway, now_us=visit.now_us)
        parts.accounts.gateways.revoke(gateway)

    parts = parts_of(request)
    await run_in_threadpool(end)
    await parts.admit()
    done = did(
        "%(gateway)s is let in no more. What it holds stays in its spool.", gateway=gateway
    )
    return await run_in_threadpool(show_people, request, visit, done)
