"""The live streams: one person's, or a coach's whole panel."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from people.authorize import Action, Role
from web.guard import Needs, NeedsRole, Visit
from web.parts import parts_of
from web.sight import Scope, Sight
from web.stream import stream

router = APIRouter()

KnowsOne = Annotated[Visit, Depends(Needs(Action.KNOW))]
IsCoach = Annotated[Visit, Depends(NeedsRole(Role.COACH))]


@router.get("/live/{participant}")
async def of_one(
    request: Request, visit: KnowsOne, since_ms: int | None = None
) -> StreamingResponse:
    """Stream what changes of one participant."""
    return _stream(request, Scope(visit.actor, visit.session_id, visit.subject), since_ms)


@router.get("/live")
async def of_panel(
    request: Request, visit: IsCoach, since_ms: int | None = None
) -> StreamingResponse:
    """Stream what changes of everyone a coach coaches."""
    return _stream(request, Scope(visit.actor, visit.session_id, None), since_ms)


def _stream(request: Request, scope: Scope, since_ms: int | None) -> StreamingResponse:
    parts = parts_of(request)
    since_us = parts.now_us() if since_ms is None else since_ms * 1000
    events = stream(parts.fan_out, Sight(parts.store, parts.accounts, scope), since_us)
    headers = {"x-accel-buffering": "no"}  # what a proxy holds back is not live
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)
