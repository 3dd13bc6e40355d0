"""How far vouchers have come, shown and noted on the pages of whoever hands them out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from coaching.acts.act import Act, Outcome
from coaching.acts.giving import DeliverVoucher, RedeemVoucher
from web import staff
from web.guard import Visit
from web.parts import Parts, parts_of

Code = Annotated[str, Form(max_length=64)]
Gather = Callable[[Connection, Parts, Visit], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Counter:
    """A page with gifts on it, and where it lies."""

    at: str
    template: str
    gather: Gather  # whose gifts, and what came of them

    def show(self, request: Request, visit: Visit) -> Response:
        """Show all of them."""
        return self._show(request, visit, None)

    async def redeem(self, request: Request, visit: Visit, code: str) -> Response:
        """Note an eye exam."""
        return await self._do(
            request, visit, RedeemVoucher(participant=visit.actor.person, code=code)
        )

    async def deliver(self, request: Request, visit: Visit, code: str) -> Response:
        """Note that the glasses are there."""
        return await self._do(
            request, visit, DeliverVoucher(participant=visit.actor.person, code=code)
        )

    async def _do(self, request: Request, visit: Visit, act: Act) -> Response:
        outcome = await parts_of(request).act(visit.actor, act)
        if "hx-request" not in request.headers:  # a form sent without script
            return RedirectResponse(self.at, 303)
        return await run_in_threadpool(self._show, request, visit, outcome)

    def _show(self, request: Request, visit: Visit, outcome: Outcome | None) -> Response:
        parts = parts_of(request)
        with parts.store.reading() as db:
            said = staff.everywhere(db, visit) | {
                "causes": parts.engine.causes(),
                "at": self.at,
                "outcome": outcome,
                **self.gather(db, parts, visit),
            }
        return parts.pages.show(self.template if outcome is None else "_gifts.html", said)
