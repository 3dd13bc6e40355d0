"""Red flags on a coach's desk: what a human must look at, and every step taken with it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from coaching.acts.act import Act, Outcome
from coaching.acts.prompts import (
    AssignTicket,
    ReleaseTicket,
    ReopenTicket,
    ResolveTicket,
    TakeTicket,
)
from coaching.engine import Ticket
from people import registry
from people.authorize import Action, Actor, Role, Topic, visible
from web import staff
from web.guard import Needs, NeedsRole, Visit
from web.parts import Parts, parts_of

router = APIRouter(prefix="/coach")

IsCoach = Annotated[Visit, Depends(NeedsRole(Role.COACH))]
Messages = Annotated[Visit, Depends(Needs(Action.MESSAGE, Topic.MESSAGES, role=Role.COACH))]


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A red flag, with whom it is about."""

    ticket: Ticket
    name: str
    zone: str
    taken_by: str | None
    colleagues: dict[str, str]  # who else coaches them


@router.get("/panel/red-flags")
def red_flags(request: Request, visit: IsCoach) -> Response:
    """Show what a human must look at."""
    return _shown(parts_of(request), visit, None, None)


@router.post("/{participant}/flags/{ticket_id}/take")
async def take(request: Request, visit: Messages, ticket_id: int) -> Response:
    """Look after a red flag."""
    act = TakeTicket(participant=visit.subject, coach=visit.actor.person, ticket_id=ticket_id)
    return await _done(request, visit, act)


@router.post("/{participant}/flags/{ticket_id}/resolve")
async def resolve(
    request: Request, visit: Messages, ticket_id: int, note: Annotated[str, Form()]
) -> Response:
    """Close a red flag with a note."""
    act = ResolveTicket(
        participant=visit.subject, coach=visit.actor.person, ticket_id=ticket_id, note=note
    )
    return await _done(request, visit, act)


@router.post("/{participant}/flags/{ticket_id}/assign")
async def assign(
    request: Request, visit: Messages, ticket_id: int, to: Annotated[str, Form(max_length=64)]
) -> Response:
    """Let a colleague look after a red flag."""
    act = AssignTicket(
        participant=visit.subject, coach=visit.actor.person, ticket_id=ticket_id, to=to
    )
    return await _done(request, visit, act)


@router.post("/{participant}/flags/{ticket_id}/release")
async def release(request: Request, visit: Messages, ticket_id: int) -> Response:
    """Look after a red flag no longer."""
    act = ReleaseTicket(
        participant=visit.subject, coach=visit.actor.person, ticket_id=ticket_id
    )
    return await _done(request, visit, act)


@router.post("/{participant}/flags/{ticket_id}/reopen")
async def reopen(request: Request, visit: Messages, ticket_id: int) -> Response:
    """Undo that one closed it."""
    act = ReopenTicket(participant=visit.subject, coach=visit.actor.person, ticket_id=ticket_id)
    return await _done(request, visit, act)


def raised(db: Connection, parts: Parts, actor: Actor, now_us: int) -> list[RedFlag]:
    """Return what a human must look at, of those who let this coach see messages."""
    on_panel = registry.panel_of(db, actor.person, now_us)
    people = visible(db, actor, on_panel, Topic.MESSAGES, now_us)
    found = parts.engine.red_flags(db, people)
    coaches = {
        each.participant: registry.coaches_of(db, each.participant, now_us) for each in found
    }
    takers = {each.taken_by for each in found if each.taken_by is not None}
    staff = takers.union(*coaches.values())
    names = registry.names_of(db, staff.union(coaches))
    return [
        RedFlag(
            ticket=each,
            name=names[each.participant],
            zone=registry.zone_at(db, each.participant, now_us),
            taken_by=None if each.taken_by is None else names[each.taken_by],
            colleagues={
                who: names[who] for who in coaches[each.participant] if who != actor.person
            },
        )
        for each in found
    ]


async def _done(request: Request, visit: Visit, act: Act) -> Response:
    parts = parts_of(request)
    outcome = await parts.act(visit.actor, act)
    if "hx-request" not in request.headers:  # a form sent without script
        return RedirectResponse("/coach", 303)
    closed = act if outcome.ok and isinstance(act, ResolveTicket) else None
    return await run_in_threadpool(_shown, parts, visit, outcome, closed)


def _shown(
    parts: Parts, visit: Visit, outcome: Outcome | None, closed: ResolveTicket | None
) -> Response:
    with parts.store.reading() as db:
        found = raised(db, parts, visit.actor, visit.now_us)
    said = staff.within(visit) | {"red_flags": found, "outcome": outcome, "closed": closed}
    return parts.pages.show("_red_flags.html", said)
