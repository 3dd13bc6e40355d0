"""The operator's page of gifts: each voucher on its way to somebody, without who gave it."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from web.guard import Runs, Visit
from web.parts import Parts
from web.vouchers import Code, Counter

router = APIRouter(prefix="/operator/gifts")


def _all(db: Connection, parts: Parts, _visit: Visit) -> dict[str, Any]:
    return {
        "impact": parts.engine.impacts(db),
        "gifts": parts.engine.all_gifts(db),
    }


_counter = Counter("/operator/gifts", "operator_gifts.html", _all)


@router.get("")
def page(request: Request, visit: Runs) -> Response:
    """Show all of them."""
    return _counter.show(request, visit)


@router.post("/redeem")
async def redeem(request: Request, visit: Runs, code: Code) -> Response:
    """Note an eye exam."""
    return await _counter.redeem(request, visit, code)


@router.post("/deliver")
async def deliver(request: Request, visit: Runs, code: Code) -> Response:
    """Note that the glasses are there."""
    return await _counter.deliver(request, visit, code)
