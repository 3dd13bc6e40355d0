"""A page on which participants put on a device of theirs, where the hub lets them."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from people import registry
from people.authorize import Action, Topic
from web.guard import Needs, Visit
from web.near import near
from web.orders import Done, FindDevice, Order, PairDevice, PutOn
from web.parts import Parts, parts_of

router = APIRouter(prefix="/me/devices/new")

Sees = Annotated[Visit, Depends(Needs(Action.SEE, Topic.PROMPTS))]
Sets = Annotated[Visit, Depends(Needs(Action.SET))]
Device = Annotated[str, Form(max_length=64)]


@router.get("")
def page(request: Request, visit: Sees, pair: str = "") -> Response:
    """Show what is near; with `pair` ask for the number that this device shows."""
    return _show(parts_of(request), visit, "put_on.html", pair=pair)


@router.get("/near")
def card(request: Request, visit: Sees) -> Response:
    """Show what is near, and what came of trying."""
    return _show(parts_of(request), visit, "_near.html")


@router.post("/find")
async def find(
    request: Request, visit: Sets, device: Device, ring: Annotated[bool, Form()] = True
) -> Response:
    """Let what nobody wears ring, or be quiet again."""
    order = FindDevice(participant=visit.subject, device=device, ring=ring)
    return await _do(request, visit, order, "/me/devices/new")


@router.post("/pair")
async def pair(
    request: Request,
    visit: Sets,
    device: Device,
    passkey: Annotated[int, Form(ge=0, le=999_999)],
) -> Response:
    """Pair it by the number that it shows."""
    order = PairDevice(participant=visit.subject, device=device, passkey=passkey)
    return await _do(request, visit, order, "/me/devices/new")


@router.post("")
async def put_on(request: Request, visit: Sets, device: Device) -> Response:
    """Wear it from now on."""
    return await _do(
        request, visit, PutOn(participant=visit.subject, device=device), "/me#devices"
    )


async def _do(request: Request, visit: Visit, order: Order, then: str) -> Response:
    parts = parts_of(request)
    done = await parts.carry_out(visit.actor, order)
    if done.ok:
        return RedirectResponse(then, 303)
    later = replace(visit, now_us=parts.now_us())
    return await run_in_threadpool(_show, parts, later, "put_on.html", done)


def _show(
    parts: Parts, visit: Visit, name: str, done: Done | None = None, pair: str = ""
) -> Response:
    who, now_us = visit.subject, visit.now_us
    with parts.store.reading() as db:
        said = {
            "lang": registry.profile(db, who).language,
            "near": near(db, parts.ingest, now_us) if parts.own_devices else [],
        }
    said |= {"own_devices": parts.own_devices, "now_us": now_us, "done": done, "pair": pair}
    return parts.pages.show(name, said)
