"""The operator's page of gifts: each voucher on its way to somebody, without who gave it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from coaching.acts.act import Act, Outcome
from coaching.acts.giving import DeliverVoucher, RedeemVoucher
from people import registry
from web.guard import Operates, Visit
from web.parts import Parts, parts_of

router = APIRouter(prefix="/operator/gifts")

Runs = Annotated[Visit, Depends(Operates())]
Code = Annotated[str, Form(max_length=64)]


@router.get("")
def page(request: Request, visit: Runs) -> Response:
    """Show all of them."""
    return _show(parts_of(request), visit, None)


@router.post("/redeem")
async def redeem(request: Request, visit: Runs, code: Code) -> Response:
    """Note an eye exam."""
    return await _do(request, visit, RedeemVoucher(participant=visit.actor.person, code=code))


@router.post("/deliver")
async def deliver(request: Request, visit: Runs, code: Code) -> Response:
    """Note that the glasses are there."""
    return await _do(request, visit, DeliverVoucher(participant=visit.actor.person, code=code))


async def _do(request: Request, visit: Visit, act: Act) -> Response:
    parts = parts_of(request)
    outcome = await parts.act(visit.actor, act)
    if "hx-request" not in request.headers:  # a form sent without script
        return RedirectResponse("/operator/gifts", 303)
    return await run_in_threadpool(_show, parts, visit, outcome)


def _show(parts: Parts, visit: Visit, outcome: Outcome | None) -> Response:
    with parts.store.reading() as db:
        said = {
            "lang": "en",
            "now_us": visit.now_us,
            "operator": registry.name_of(db, visit.actor.person),
            "impact": parts.engine.impacts(db),
            "gifts": parts.engine.all_gifts(db),
            "causes": parts.engine.causes(),
            "at": "/operator/gifts",
            "outcome": outcome,
        }
    name = "operator_gifts.html" if outcome is None else "_gifts.html"
    return parts.pages.show(name, said)
