"""What is stored of people's samples and what is missing, told to a researcher."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from ingest import reports
from people import registry
from people.authorize import Role, Topic, visible
from web import staff
from web.guard import NeedsRole, Visit
from web.parts import parts_of

router = APIRouter()

_PEOPLE: Final = 25  # a page

IsResearcher = Annotated[Visit, Depends(NeedsRole(Role.RESEARCHER))]


@router.get("/research/stored")
def of_study(request: Request, visit: IsResearcher, after: str = "") -> Response:
    """Show some of those who share their activity: the first after a pseudonym."""
    parts = parts_of(request)
    with parts.store.reading() as db:
        people = [who for who in registry.persons_of(db, Role.PARTICIPANT) if who > after]
        shown = sorted(visible(db, visit.actor, people, Topic.ACTIVITY, visit.now_us))
        kept = {
            who: reports.of_participant(db, parts.ledger, visit.actor, who, visit.now_us)
            for who in shown[:_PEOPLE]
        }
        said = staff.everywhere(db, visit)
    last = shown[_PEOPLE - 1] if len(shown) > _PEOPLE else None
    said |= {"people": kept, "last": last}
    return parts.pages.show("stored.html", said)
