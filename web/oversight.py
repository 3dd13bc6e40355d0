"""What an operator decides of coaches, pledges and comments: acts, answered by their page."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from coaching.acts.act import Act
from coaching.acts.circle import Moderate
from coaching.acts.coaches import AssignCoach, VerifyCoach
from coaching.acts.giving import PledgeVouchers
from web.guard import Runs, Visit
from web.operator import show_people
from web.orders import Done
from web.parts import parts_of

router = APIRouter(prefix="/operator")


@router.post("/pledges")
async def pledge(
    request: Request,
    visit: Runs,
    sponsor: Annotated[str, Form(max_length=64)],
    cause: Annotated[str, Form(max_length=64)],
    vouchers: Annotated[int, Form(ge=1, le=100_000)],
    reference: Annotated[str, Form(min_length=1, max_length=64)],
) -> Response:
    """Book what a sponsor pays for."""
    act = PledgeVouchers(
        participant=visit.actor.person,
        sponsor=sponsor,
        cause=cause,
        vouchers=vouchers,
        reference=reference,
    )
    return await _act(request, visit, act)


@router.post("/coaches/verify")
async def verify(
    request: Request,
    visit: Runs,
    coach: Annotated[str, Form(max_length=64)],
    credential: Annotated[str, Form(max_length=120)],
    valid_until: Annotated[date, Form()],
) -> Response:
    """Note a credential that was seen."""
    act = VerifyCoach(
        participant=visit.actor.person,
        coach=coach,
        credential=credential,
        valid_until=valid_until,
    )
    return await _act(request, visit, act)


@router.post("/coaches/assign")
async def assign(
    request: Request,
    visit: Runs,
    person: Annotated[str, Form(max_length=64)],
    coach: Annotated[str, Form(max_length=64)],
) -> Response:
    """Put a participant on a verified coach's panel."""
    act = AssignCoach(participant=visit.actor.person, to=person, coach=coach)
    return await _act(request, visit, act)


@router.post("/moderate")
async def moderate(
    request: Request,
    visit: Runs,
    comment: Annotated[int, Form()],
    hide: Annotated[bool, Form()],
) -> Response:
    """Take a reported comment down, or leave it."""
    act = Moderate(participant=visit.actor.person, comment=comment, hide=hide)
    return await _act(request, visit, act)


async def _act(request: Request, visit: Visit, act: Act) -> Response:
    outcome = await parts_of(request).act(visit.actor, act)
    done = Done(ok=outcome.ok, says=outcome.says)
    return await run_in_threadpool(show_people, request, visit, done)
