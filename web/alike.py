"""How far one has come, and others of one's age."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from people import registry
from people.authorize import Action, Role, Topic
from web.guard import Needs, Visit
from web.parts import parts_of

router = APIRouter()

Sees = Annotated[Visit, Depends(Needs(Action.SEE, Topic.ACTIVITY, role=Role.PARTICIPANT))]


@router.get("/alike")
def page(request: Request, visit: Sees) -> Response:
    """Show own progress first, then a group that is large enough to hide each of it."""
    parts = parts_of(request)
    with parts.store.reading() as db:
        said = {
            "lang": registry.profile(db, visit.subject).language,
            "cohort": parts.engine.cohort(db, visit.subject),
        }
    return parts.pages.show("alike.html", said)
