"""How often people and somebody had to do with each other, against what the study aims at."""

from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from people import registry
from people.authorize import Role, Topic, visible
from web import staff
from web.guard import NeedsRole, Visit
from web.parts import parts_of

router = APIRouter()

IsCoach = Annotated[Visit, Depends(NeedsRole(Role.COACH))]
IsResearcher = Annotated[Visit, Depends(NeedsRole(Role.RESEARCHER))]


@router.get("/coach/panel/contact")
def of_panel(request: Request, visit: IsCoach) -> Response:
    """Tell a coach of the people in their panel."""
    with parts_of(request).store.reading() as db:
        people = registry.panel_of(db, visit.actor.person)
        return _show(request, db, visit, people, fewest=1)


@router.get("/research/contact")
def of_study(request: Request, visit: IsResearcher) -> Response:
    """Tell a researcher of everyone, if they are enough to hide among."""
    with parts_of(request).store.reading() as db:
        people = registry.persons_of(db, Role.PARTICIPANT)
        fewest = parts_of(request).engine.protocol.effect.fewest_people
        return _show(request, db, visit, people, fewest)


def _show(
    request: Request, db: Connection, visit: Visit, people: Collection[str], fewest: int
) -> Response:
    """Show the interactions of each person as far as they share the topic of each."""
    parts = parts_of(request)
    shown = {topic: visible(db, visit.actor, people, topic, visit.now_us) for topic in Topic}
    topics = {who: {topic for topic in Topic if who in shown[topic]} for who in people}
    found = parts.engine.in_touch(db, topics, visit.now_us)
    said = staff.everywhere(db, visit) | {"touch": found, "fewest": fewest}
    return parts.pages.show("in_touch.html", said)
