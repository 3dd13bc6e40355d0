"""The sponsor's page: what they pledged, what became of it, and how far each gift is."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from coaching.acts.act import Act, Outcome
from coaching.acts.giving import DeliverVoucher, RedeemVoucher
from people import registry
from people.authorize import Role
from web.guard import NeedsRole, Visit
from web.parts import Parts, parts_of

router = APIRouter(prefix="/sponsor")

IsSponsor = Annotated[Visit, Depends(NeedsRole(Role.SPONSOR))]
Code = Annotated[str, Form(max_length=64)]


@router.get("")
def page(request: Request, visit: IsSponsor) -> Response:
    """Show all of it."""
    return _show(parts_of(request), visit, None)


@router.post("/redeem")
async def redeem(request: Request, visit: IsSponsor, code: Code) -> Response:
    """Note an eye exam."""
    return await _do(request, visit, RedeemVoucher(participant=visit.actor.person, code=code))


@router.post("/deliver")
async def deliver(request: Request, visit: IsSponsor, code: Code) -> Response:
    """Note that the glasses are there."""
    return await _do(request, visit, DeliverVoucher(participant=visit.actor.person, code=code))


async def _do(request: Request, visit: Visit, act: Act) -> Response:
    parts = parts_of(request)
    outcome = await parts.act(visit.actor, act)
    if "hx-request" not in request.headers:  # a form sent without script
        return RedirectResponse("/sponsor", 303)
    return await run_in_threadpool(_show, parts, visit, outcome)


def _show(parts: Parts, visit: Visit, outcome: Outcome | None) -> Response:
    with parts.store.reading() as db:
        said = _gifts(db, parts, visit)
    name = "sponsor.html" if outcome is None else "_gifts.html"
    return parts.pages.show(name, said | {"outcome": outcome})


def _gifts(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    return {
        "lang": "en",
        "now_us": visit.now_us,
        "name": registry.name_of(db, visit.actor.person),
        "impact": parts.engine.impact(db, visit.actor.person),
        "gifts": parts.engine.gifts(db, visit.actor.person),
        "causes": parts.engine.causes(),
        "at": "/sponsor",
    }
