"""What participants wear, on a card of its own that tells what comes of finding a device."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from people import registry
from people.authorize import Action, Topic
from web.guard import Needs, Visit
from web.orders import Done, FindDevice
from web.parts import Parts, parts_of
from web.worn import worn

router = APIRouter(prefix="/me/devices")

Sees = Annotated[Visit, Depends(Needs(Action.SEE, Topic.PROMPTS))]
Sets = Annotated[Visit, Depends(Needs(Action.SET))]


@router.get("")
def card(request: Request, visit: Sees) -> Response:
    """Show what they wear, and what came of finding it so far."""
    return _show(parts_of(request), visit, None)


@router.post("/find")
async def find(
    request: Request,
    visit: Sets,
    device: Annotated[str, Form(max_length=64)],
    ring: Annotated[bool, Form()] = True,
) -> Response:
    """Let what they wear now ring, or be quiet again."""
    parts = parts_of(request)
    order = FindDevice(participant=visit.subject, device=device, ring=ring)
    done = await parts.carry_out(visit.actor, order)
    if "hx-request" not in request.headers:  # a form sent without script
        return RedirectResponse("/me#devices", 303)
    later = replace(visit, now_us=parts.now_us())
    return await run_in_threadpool(_show, parts, later, done)


def _show(parts: Parts, visit: Visit, done: Done | None) -> Response:
    who, now_us = visit.subject, visit.now_us
    with parts.store.reading() as db:
        said = {
            "lang": registry.profile(db, who).language,
            "zone": registry.zone_at(db, who, now_us),
            "devices": worn(db, parts.ingest, who, now_us),
        }
    said |= {"now_us": now_us, "done": done}
    return parts.pages.show("_devices.html", said)
