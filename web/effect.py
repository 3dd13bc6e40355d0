"""What messages did, told to a coach of their panel and to a researcher of all who let them."""

from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from people import registry
from people.authorize import Role, Topic, visible
from web.guard import NeedsRole, Visit
from web.parts import parts_of

router = APIRouter()

IsCoach = Annotated[Visit, Depends(NeedsRole(Role.COACH))]
IsResearcher = Annotated[Visit, Depends(NeedsRole(Role.RESEARCHER))]


@router.get("/coach/panel/effect")
def of_panel(request: Request, visit: IsCoach) -> Response:
    """Tell a coach of the people in their panel."""
    with parts_of(request).store.reading() as db:
        return _show(
            request, db, visit, registry.panel_of(db, visit.actor.person, visit.now_us)
        )


@router.get("/research/effect")
def of_study(request: Request, visit: IsResearcher) -> Response:
    """Tell a researcher of everyone."""
    with parts_of(request).store.reading() as db:
        return _show(request, db, visit, registry.persons_of(db, Role.PARTICIPANT))


def _show(request: Request, db: Connection, visit: Visit, people: Collection[str]) -> Response:
    parts = parts_of(request)
    shown = set(people)
    for topic in (Topic.PROMPTS, Topic.ACTIVITY):  # what was sent, and what was walked
        shown &= visible(db, visit.actor, people, topic, visit.now_us)
    found = parts.engine.effect(db, sorted(shown))
    return parts.pages.show("_effect.html", {"lang": visit.reads, "effect": found})
