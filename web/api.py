"""What programs ask for: the same as the pages show, behind the same question."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from ingest import reports
from people.authorize import Action, Topic
from web.guard import Needs, Visit
from web.parts import parts_of

router = APIRouter(prefix="/api")

Sees = Annotated[Visit, Depends(Needs(Action.SEE, Topic.ACTIVITY))]


@router.get("/accounts/{participant}")
def accounts(request: Request, visit: Sees) -> Response:
    """Return what of someone's samples is stored, missing, given up or came twice."""
    parts = parts_of(request)
    with parts.store.reading() as db:
        found = reports.of_participant(
            db, parts.ledger, visit.actor, visit.subject, visit.now_us
        )
    return Response(msgspec.json.encode(found), media_type="application/json")
