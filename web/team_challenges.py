"""Challenges of the teams in a coach's panel: how they stand, and proposing one."""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from coaching.acts.act import Outcome
from coaching.acts.challenges import ProposeChallenge
from people import registry
from people.authorize import Role, Topic, visible
from web import staff, wording
from web.guard import NeedsRole, Visit
from web.parts import Parts, parts_of

_AT: Final = "/coach/panel/challenges"

router = APIRouter(prefix=_AT)

IsCoach = Annotated[Visit, Depends(NeedsRole(Role.COACH))]
Team = Annotated[str, Form(max_length=64)]


@router.get("")
def page(request: Request, visit: IsCoach) -> Response:
    """Show what the teams are in, and what can be proposed."""
    return _show(parts_of(request), visit, None)


@router.post("")
async def propose(
    request: Request,
    visit: IsCoach,
    offer: Annotated[str, Form(max_length=64)],
    first_day: Annotated[date, Form()],
    team: Team,
    other: Team = "",
) -> Response:
    """Open a challenge to a team, or to two; each of their people decides whether to join."""
    parts = parts_of(request)
    teams = tuple(sorted({team, other} - {""}))
    act = ProposeChallenge(
        participant=visit.actor.person, offer=offer, first_day=first_day, teams=teams
    )
    outcome = await parts.act(visit.actor, act)
    if outcome.ok:
        return RedirectResponse(_AT, 303)
    return await run_in_threadpool(_show, parts, visit, outcome)


def _show(parts: Parts, visit: Visit, outcome: Outcome | None) -> Response:
    with parts.store.reading() as db:
        said = staff.everywhere(db, visit) | _challenges(db, parts, visit)
    return parts.pages.show("team_challenges.html", said | {"outcome": outcome})


def _challenges(db: Connection, parts: Parts, visit: Visit) -> dict[str, Any]:
    """Return them as far as people let their coach see their circle."""
    today = wording.local("UTC", visit.now_us).date()
    panel = registry.panel_of(db, visit.actor.person, visit.now_us)
    shown = visible(db, visit.actor, panel, Topic.CIRCLE, visit.now_us)
    teams = registry.teams_among(db, shown)
    found = parts.engine.team_challenges(db, teams, today)
    people = {who for each in found for side in each.sides for who in side.people}
    return {
        "today": today,
        "teams": teams,
        "found": found,
        "names": registry.names_of(db, people),
        "offers": parts.engine.proposable(),
    }
