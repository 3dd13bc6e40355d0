"""The sponsor's page: what they pledged, what became of it, and how far each gift is."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from people.authorize import Role
from web.guard import NeedsRole, Visit
from web.parts import Parts
from web.vouchers import Code, Counter

router = APIRouter(prefix="/sponsor")

IsSponsor = Annotated[Visit, Depends(NeedsRole(Role.SPONSOR))]


def _theirs(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    who = visit.actor.person
    return {
        "impact": parts.engine.impact(db, who),
        "gifts": parts.engine.gifts(db, who),
    }


_counter = Counter("/sponsor", "sponsor.html", _theirs)


@router.get("")
def page(request: Request, visit: IsSponsor) -> Response:
    """Show all of it."""
    return _counter.show(request, visit)


@router.post("/redeem")
async def redeem(request: Request, visit: IsSponsor, code: Code) -> Response:
    """Note an eye exam."""
    return await _counter.redeem(request, visit, code)


@router.post("/deliver")
async def deliver(request: Request, visit: IsSponsor, code: Code) -> Response:
    """Note that the glasses are there."""
    return await _counter.deliver(request, visit, code)
